import {
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import { beforeEach, expect, test } from 'vitest';
import { ObjectsLocked } from '../../../../functions/deletion/errors.ts';
import {
  codeOf,
  contents,
  deletesExcept,
  failureOf,
  keys,
  named,
  prefix,
  proceed,
  s3,
  sent,
  startEmpty,
  startS3Objects,
  target,
} from '../../../support/s3-wire.ts';

startEmpty();

const version = (VersionId: string, IsLatest = false) => ({ Key: `${prefix}a.ts`, VersionId, IsLatest, Size: 5 });
const [first, second] = ['2031-01-01T00:00:00.000Z', '2032-01-01T00:00:00.000Z'];
beforeEach(() => {
  s3.on(GetBucketVersioningCommand).resolves({ Status: 'Enabled' });
  s3.on(ListObjectVersionsCommand).resolves({ Versions: [version('v2', true), version('v1'), version('v0')] });
  s3.on(GetObjectRetentionCommand).rejects(named('NoSuchObjectLockConfiguration'));
  s3.on(GetObjectLegalHoldCommand).rejects(named('NoSuchObjectLockConfiguration'));
  s3.on(DeleteObjectsCommand).resolves({
    Errors: ['v2', 'v1'].map((VersionId) => ({ Key: `${prefix}a.ts`, VersionId, Code: 'AccessDenied' })),
  });
});
const retention = (until: string) => ({
  Retention: { Mode: 'COMPLIANCE' as const, RetainUntilDate: new Date(until) },
});
const failure = () => failureOf(startS3Objects().deleteAll(target, proceed));

test('retained: locked until the last retention ends, with what went all the same', async () => {
  s3.on(GetObjectRetentionCommand, { VersionId: 'v2' }).resolves(retention(second));
  s3.on(GetObjectRetentionCommand, { VersionId: 'v1' }).resolves(retention(first));
  const error = await failure();
  expect(error).toBeInstanceOf(ObjectsLocked);
  expect(error).toMatchObject({ until: second, counts: { versions: 1, bytes: 5 } });
});

test('a legal hold among them: locked without an end', async () => {
  s3.on(GetObjectRetentionCommand, { VersionId: 'v2' }).resolves(retention(second));
  s3.on(GetObjectLegalHoldCommand, { VersionId: 'v1' }).resolves({ LegalHold: { Status: 'ON' } });
  const error = await failure();
  expect(error).toBeInstanceOf(ObjectsLocked);
  expect(error).toHaveProperty('until', undefined);
});

test.each([
  ['no lock on one of them', () => s3.on(GetObjectRetentionCommand, { VersionId: 'v2' }).resolves(retention(second))],
  ['a retention that is over', () => s3.on(GetObjectRetentionCommand).resolves(retention('2020-01-01T00:00:00.000Z'))],
  ['no grant to read locks', () => s3.on(GetObjectRetentionCommand).rejects(named('AccessDenied'))],
  ['a hold that is off', () => s3.on(GetObjectLegalHoldCommand).resolves({ LegalHold: { Status: 'OFF' } })],
])('%s: a broken grant', async (_, arrange) => {
  arrange();
  const error = await failure();
  expect(error).not.toBeInstanceOf(ObjectsLocked);
  expect(error).toMatchObject({ code: 'AccessDenied', counts: { versions: 1, bytes: 5 } });
});

test('a plain object refused with AccessDenied is no lock', async () => {
  s3.on(GetBucketVersioningCommand).resolves({});
  s3.on(ListObjectsV2Command).resolves({ Contents: contents(keys(0, 2)) });
  deletesExcept(() => 'AccessDenied');
  expect(await codeOf(startS3Objects().deleteAll(target, proceed))).toBe('AccessDenied');
  expect(sent(GetObjectRetentionCommand)).toEqual([]);
});
