import { expect, test } from 'vitest';
import { createPace, DEFAULT_KEYS_PER_SECOND, S3_KEYS_PER_SECOND } from '../../../../functions/stores/s3/pace.ts';

const BATCH = 1_000;

/** A pace on a clock that only its own pauses, and `pass`, move. */
function startPace(keysPerSecond = DEFAULT_KEYS_PER_SECOND) {
  let time = 0;
  const pass = async (milliseconds: number) => {
    time += milliseconds;
  };
  return { pace: createPace({ keysPerSecond, wait: pass, now: () => time }), pass, now: () => time };
}

/** A store that takes so many keys a second and holds back none: what is beyond is slowed down. */
async function deleteFrom(limit: number, { pace, now }: ReturnType<typeof startPace>, batches: number) {
  let [tokens, filledAt, slowed, taken] = [limit, 0, 0, 0];
  for (let batch = 0; batch < batches; batch += 1) {
    const keys = pace.keysAtOnce;
    await pace.turn(keys);
    tokens = Math.min(limit, tokens + ((now() - filledAt) / 1_000) * limit);
    filledAt = now();
    if (tokens <= 0) {
      slowed += 1;
      pace.slowDown('all');
      continue;
    }
    tokens -= keys;
    taken += keys;
    pace.answered(keys, 100);
  }
  return { slowed, taken };
}

test('deletions leave S3 a little of what it takes', () => {
  expect(DEFAULT_KEYS_PER_SECOND).toBeLessThan(S3_KEYS_PER_SECOND);
  expect(DEFAULT_KEYS_PER_SECOND).toBeGreaterThan(0.95 * S3_KEYS_PER_SECOND);
});

test('a small video does not wait, and a large one never exceeds the rate by more than a second', async () => {
  const started = startPace();
  for (let batch = 0; batch < 2; batch += 1) await started.pace.turn(BATCH);
  expect(started.now()).toBe(0);
  for (let batch = 2; batch < 400; batch += 1) {
    await started.pace.turn(BATCH);
    const allowed = DEFAULT_KEYS_PER_SECOND * (1 + started.now() / 1_000);
    expect(batch * BATCH).toBeLessThanOrEqual(allowed + 1);
  }
  expect((400 * BATCH) / (started.now() / 1_000)).toBeGreaterThan(0.95 * S3_KEYS_PER_SECOND);
});

test('what S3 takes is used without a single slow-down', async () => {
  expect(await deleteFrom(S3_KEYS_PER_SECOND, startPace(), 300)).toMatchObject({ slowed: 0 });
});

test.each([1_500, 2_500])(
  'a store that takes %i keys a second: found, kept, and left behind when it takes more',
  async (limit) => {
    const started = startPace();
    await deleteFrom(limit, started, 50);
    const from = started.now();
    const { slowed, taken } = await deleteFrom(limit, started, 4_000);
    expect(slowed / 4_000).toBeLessThan(0.01);
    expect(taken / ((started.now() - from) / 1_000)).toBeGreaterThan(0.95 * limit);
    await deleteFrom(S3_KEYS_PER_SECOND, started, 6_000);
    const later = started.now();
    const then = await deleteFrom(S3_KEYS_PER_SECOND, started, 100);
    expect(then.taken / ((started.now() - later) / 1_000)).toBeGreaterThan(0.99 * DEFAULT_KEYS_PER_SECOND);
  },
);

test('requests are small for a while after one was refused, so that little is sent for nothing', async () => {
  const { pace, pass } = startPace();
  expect(pace.keysAtOnce).toBe(1_000);
  pace.slowDown('some');
  expect(pace.keysAtOnce, 'only some keys of a request were refused').toBe(1_000);
  pace.slowDown('all');
  expect(pace.keysAtOnce).toBe(100);
  await pass(120_000);
  expect(pace.keysAtOnce).toBe(1_000);
});

test.each([
  ['refuses everything', 0],
  ['takes next to nothing', 300],
  ['takes a little', 800],
])('a store that %s for two minutes: no request waits for long, and the rate is back in three', async (_, limit) => {
  const started = startPace();
  let longest = 0;
  const during = async (seconds: number, most: number) => {
    const until = started.now() + seconds * 1_000;
    while (started.now() < until) {
      const before = started.now();
      await deleteFrom(most, started, 1);
      longest = Math.max(longest, started.now() - before);
      // Even a refusal takes a moment.
      await started.pass(50);
    }
  };
  await during(10, S3_KEYS_PER_SECOND);
  await during(120, limit);
  await during(180, S3_KEYS_PER_SECOND);
  expect(longest).toBeLessThanOrEqual(3_000);
  const later = started.now();
  const { taken } = await deleteFrom(S3_KEYS_PER_SECOND, started, 400);
  expect(taken / ((started.now() - later) / 1_000)).toBeGreaterThan(0.95 * DEFAULT_KEYS_PER_SECOND);
});

test('without a highest rate nothing waits, until the store asks for less', async () => {
  const { pace, pass, now } = startPace(Number.POSITIVE_INFINITY);
  for (let batch = 0; batch < 100; batch += 1) await pace.turn(BATCH);
  expect(now()).toBe(0);
  for (let batch = 0; batch < 10; batch += 1) {
    await pass(50);
    pace.answered(BATCH, 100);
  }
  const slowedAt = now();
  pace.slowDown('all');
  for (let batch = 0; batch < 10; batch += 1) await pace.turn(BATCH);
  // Ten thousand were deleted in the second before: at first, fewer are sent in the next.
  expect(now() - slowedAt).toBeGreaterThan(1_000);
  expect(now() - slowedAt).toBeLessThan(1_500);
});

test('more requests at a time while the store answers quickly, fewer when it is slow or asks for less', async () => {
  const { pace, pass } = startPace();
  const first = pace.atOnce;
  for (let answer = 0; answer < 50; answer += 1) pace.answered(BATCH, 100);
  const most = pace.atOnce;
  expect(most).toBeGreaterThan(first);
  for (let answer = 0; answer < 50; answer += 1) pace.answered(BATCH, 100);
  expect(pace.atOnce).toBe(most);
  pace.slowDown('all');
  expect(pace.atOnce).toBe(most / 2);
  pace.slowDown('all');
  expect(pace.atOnce, 'one a second counts').toBe(most / 2);
  await pass(1_000);
  for (let answer = 0; answer < 50; answer += 1) pace.answered(BATCH, 2_000);
  expect(pace.atOnce).toBe(first);
});

test('one listing keeps up with what S3 takes; a store without a limit is listed side by side', () => {
  expect(startPace().pace.listings).toBe(1);
  expect(startPace(Number.POSITIVE_INFINITY).pace.listings).toBeGreaterThan(4);
});
