import { inspect } from 'node:util';
import { DeleteObjectsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import {
  batches,
  contents,
  deletesExcept,
  failureOf,
  keys,
  listsPages,
  named,
  prefix,
  proceed,
  s3,
  startEmpty,
  startS3Objects,
  target,
  waits,
} from '../../../support/s3-wire.ts';

startEmpty();

test('a passing error: only that key is tried again, after a pause', async () => {
  s3.on(ListObjectsV2Command).resolves({ Contents: contents(keys(0, 1000)) });
  deletesExcept((key, attempt) => (key === `${prefix}7.ts` && attempt <= 2 ? 'SlowDown' : undefined));
  expect(await startS3Objects().deleteAll(target, proceed)).toEqual({ objects: 1000, bytes: 10_000 });
  expect(batches().slice(1)).toEqual([
    { Objects: [{ Key: `${prefix}7.ts` }], Quiet: true },
    { Objects: [{ Key: `${prefix}7.ts` }], Quiet: true },
  ]);
  expect(waits).toEqual([50, 100]);
});

test('one that does not pass: four tries, everything else goes, and the step fails with what went', async () => {
  listsPages(keys(0, 1000), keys(1000, 1500));
  deletesExcept((key) => (key === `${prefix}7.ts` ? 'InternalError' : undefined));
  const error = await failureOf(startS3Objects().deleteAll(target, proceed));
  expect(error).toMatchObject({ code: 'InternalError', counts: { objects: 1499, bytes: 14_990 } });
  expect(batches().filter((batch) => batch?.Objects?.length === 1)).toHaveLength(3);
});

test('one that a store calls gone is gone', async () => {
  s3.on(ListObjectsV2Command).resolves({ Contents: contents(keys(0, 2)) });
  deletesExcept((key) => (key === `${prefix}0.ts` ? 'NoSuchKey' : undefined));
  expect(await startS3Objects().deleteAll(target, proceed)).toEqual({ objects: 2, bytes: 20 });
});

test('an error about no key of the batch puts the whole batch in doubt', async () => {
  s3.on(ListObjectsV2Command).resolves({ Contents: contents(keys(0, 2)) });
  s3.on(DeleteObjectsCommand).resolves({ Errors: [{ Code: 'InternalError' }] });
  const error = await failureOf(startS3Objects().deleteAll(target, proceed));
  expect(error).toMatchObject({ code: 'InternalError', counts: {} });
});

test('a request that fails as a whole: its keys failed, the other batches go', async () => {
  listsPages(keys(0, 1000), keys(1000, 1500));
  s3.on(DeleteObjectsCommand).rejectsOnce(named('InternalError')).resolves({});
  const error = await failureOf(startS3Objects().deleteAll(target, proceed));
  expect(error).toMatchObject({ code: 'InternalError', counts: { objects: 500, bytes: 5000 } });
  expect(inspect(error)).not.toContain('secret');
  expect(batches()).toHaveLength(2);
});

test('a request that is slowed down as a whole is sent again', async () => {
  s3.on(ListObjectsV2Command).resolves({ Contents: contents(keys(0, 3)) });
  s3.on(DeleteObjectsCommand).rejectsOnce(named('SlowDown')).resolves({});
  expect(await startS3Objects().deleteAll(target, proceed)).toEqual({ objects: 3, bytes: 30 });
  expect(batches()).toHaveLength(2);
  expect(waits).toEqual([50]);
});
