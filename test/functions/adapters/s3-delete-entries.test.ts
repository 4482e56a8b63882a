import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { expect, test, vi } from 'vitest';
import { OutOfTime } from '../../../functions/deletion/errors.ts';
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
} from '../../support/s3-wire.ts';

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
  await vi.waitFor(() => expect(looks).toBe(2));
  expect(settled).toBe(false);
  for (const end of finish) end();
  expect(await outcome).toBeInstanceOf(OutOfTime);
  expect(batches()).toHaveLength(1);
  expect(last).toEqual({ objects: 1000, bytes: 10_000 });
});

test('at most four batches are under way', async () => {
  listsPages(...[0, 1, 2, 3, 4, 5].map((page) => keys(page * 1000, (page + 1) * 1000)));
  const finish: (() => void)[] = [];
  s3.on(DeleteObjectsCommand).callsFake(() => new Promise((resolve) => finish.push(() => resolve({}))));
  const deletion = startS3Objects().deleteAll(target, proceed);
  await vi.waitFor(() => expect(finish).toHaveLength(4));
  await new Promise(setImmediate);
  expect(finish).toHaveLength(4);
  finish[0]?.();
  await vi.waitFor(() => expect(finish).toHaveLength(5));
  finish[1]?.();
  await vi.waitFor(() => expect(finish).toHaveLength(6));
  for (const end of finish) end();
  expect(await deletion).toEqual({ objects: 6000, bytes: 60_000 });
});
