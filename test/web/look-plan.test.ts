import { expect, test } from 'vitest';
import type { Deletion } from '../../web/src/client/types.ts';
import { createLookPlan } from '../../web/src/deletion/progress/createLookPlan.ts';

const SETTLE = 900_000;

/** Looks whenever it is time, for so long. @returns when, in seconds */
function looksDuring(milliseconds: number, deletionAt: (time: number) => Partial<Deletion>): number[] {
  let time = 0;
  const plan = createLookPlan({ now: () => time, serverNow: () => time });
  const looks: number[] = [];
  for (; time <= milliseconds; time += 1_000) {
    if (plan.due([{ video: { id: 'v' } }]).length === 0) continue;
    looks.push(time / 1_000);
    plan.looked('v', { state: 'running', steps: [], undoableUntil: at(0), ...deletionAt(time) });
  }
  return looks;
}
const at = (time: number) => new Date(time).toISOString();

test('while there is news, once a second', () => {
  expect(looksDuring(5_000, (time) => ({ steps: [{ name: 'verify', attempts: time }] as never }))).toEqual([
    0, 1, 2, 3, 4, 5,
  ]);
});

test('while there is none, less and less often: a settling of a quarter of an hour is asked about some sixty times', () => {
  const looks = looksDuring(SETTLE, () => ({ state: 'settling', dueAt: at(SETTLE) }));
  expect(looks.length).toBeLessThan(75);
  expect(Math.max(...looks.slice(1).map((look, index) => look - (looks[index] ?? 0)))).toBeLessThanOrEqual(15);
});

test('in time for what the server has named', () => {
  expect(looksDuring(60_000, () => ({ state: 'pending', undoableUntil: at(23_000) }))).toContain(23);
  expect(looksDuring(60_000, () => ({ state: 'settling', dueAt: at(41_000) }))).toContain(41);
});

test('of several, those that have waited for longest come first, and all of them when the page was away', () => {
  let time = 0;
  const plan = createLookPlan({ now: () => time, serverNow: () => time });
  const entries = ['a', 'b', 'c'].map((id) => ({ video: { id } }));
  const deletion = { state: 'running', steps: [], undoableUntil: at(0) } as const;
  for (const [second, id] of [...'bca'].entries()) {
    time = second * 100;
    plan.looked(id, { ...deletion, steps: [] });
  }
  expect(plan.due(entries)).toEqual([]);
  time = 1_100;
  expect(plan.due(entries).map(({ video }) => video.id)).toEqual(['b', 'c']);
  plan.lookAtAll();
  expect(plan.due(entries)).toHaveLength(3);
});
