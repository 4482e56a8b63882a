import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { expect, onTestFinished, test, vi } from 'vitest';
import { LeaseLost, OutOfTime } from '../../../../functions/deletion/errors.ts';
import { PATIENCE } from '../../../support/patience.ts';
import {
  batches,
  contents,
  keys,
  listsPages,
  prefix,
  proceed,
  s3,
  sent,
  startEmpty,
  startS3Objects,
  target,
} from '../../../support/s3-wire.ts';

startEmpty();

test('the checkpoint stands before every batch and hears what is removed', async () => {
  s3.on(ListMultipartUploadsCommand)
    .resolvesOnce({ Uploads: [{ Key: `${prefix}a.ts`, UploadId: 'u1' }] })
    .resolves({});
  s3.on(ListObjectsV2Command).resolves({ Contents: contents(keys(0, 2)) });
  const heard: unknown[] = [];
  await startS3Objects().deleteAll(target, async (removed) => {
    heard.push({
      removed: { ...removed },
      aborts: sent(AbortMultipartUploadCommand).length,
      deletes: batches().length,
    });
  });
  expect(heard).toEqual([
    { removed: {}, aborts: 0, deletes: 0 },
    { removed: { uploads: 1 }, aborts: 1, deletes: 0 },
  ]);
});

test('when the checkpoint throws, no batch starts, those under way settle and are in the counts it was given', async () => {
  listsPages(keys(0, 1000), keys(1000, 1500));
  const finish: (() => void)[] = [];
  s3.on(DeleteObjectsCommand).callsFake(() => new Promise((resolve) => finish.push(() => resolve({}))));
  let last = {};
  let looks = 0;
  const deletion = startS3Objects().deleteAll(target, async (removed) => {
    last = removed;
    looks += 1;
    if (looks === 2) throw new OutOfTime();
  });
  let settled = false;
  const outcome = deletion.catch((error: unknown) => error).finally(() => (settled = true));
  await vi.waitFor(() => expect(looks).toBe(2), PATIENCE);
  expect(settled).toBe(false);
  for (const end of finish) end();
  expect(await outcome).toBeInstanceOf(OutOfTime);
  expect(batches()).toHaveLength(1);
  expect(last).toEqual({ objects: 1000, bytes: 10_000 });
});

test.each([OutOfTime, LeaseLost])(
  'when the checkpoint throws and the answer of a batch was lost, the error says so',
  async (Stopped) => {
    listsPages(keys(0, 1000), keys(1000, 1500));
    const lost = Object.assign(new Error('no answer'), { name: 'TimeoutError' });
    s3.on(DeleteObjectsCommand).rejects(lost);
    let looks = 0;
    const deletion = startS3Objects().deleteAll(target, async () => {
      looks += 1;
      if (looks === 2) throw new Stopped();
    });
    await expect(deletion).rejects.toMatchObject({ name: new Stopped().name, atLeast: true });
  },
);

test('four batches are under way at first, and one more with each quick answer', async () => {
  // Each answer is quick, however long this machine takes.
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  listsPages(...Array.from({ length: 8 }, (_, page) => keys(page * 1000, (page + 1) * 1000)));
  const finish: (() => void)[] = [];
  s3.on(DeleteObjectsCommand).callsFake(() => new Promise((resolve) => finish.push(() => resolve({}))));
  const deletion = startS3Objects().deleteAll(target, proceed);
  for (const [answered, begun] of [4, 6, 8].entries()) {
    await vi.waitFor(() => expect(finish).toHaveLength(begun), PATIENCE);
    await new Promise(setImmediate);
    expect(finish).toHaveLength(begun);
    finish[answered]?.();
  }
  for (const end of finish) end();
  expect(await deletion).toEqual({ objects: 8000, bytes: 80_000 });
});
