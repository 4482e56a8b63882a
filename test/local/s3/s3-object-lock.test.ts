import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { media, openMedia } from './s3-client.ts';

const NOW = new Date('2026-01-01T00:00:00Z');
const LATER = new Date('2026-02-01T00:00:00Z');
const MUCH_LATER = new Date('2026-03-01T00:00:00Z');
const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };

async function openLocked() {
  let now = NOW;
  const opened = await openMedia({ objectLock: true, clock: () => now });
  const setTime = (time: Date) => {
    now = time;
  };
  return { ...opened, setTime, versionId: await opened.put('a') };
}
const retain = (client: S3Client, Mode: 'GOVERNANCE' | 'COMPLIANCE', RetainUntilDate: Date, more = {}) =>
  client.send(new PutObjectRetentionCommand({ ...media, Key: 'a', Retention: { Mode, RetainUntilDate }, ...more }));
const hold = (client: S3Client, Status: 'ON' | 'OFF') =>
  client.send(new PutObjectLegalHoldCommand({ ...media, Key: 'a', LegalHold: { Status } }));
const erase = (client: S3Client, VersionId: string | undefined, more = {}) =>
  client.send(new DeleteObjectCommand({ ...media, Key: 'a', VersionId, ...more }));

test('denies a retained version key by key, while a plain delete only adds a marker', async () => {
  const { client, versionId, put } = await openLocked();
  const free = await put('b');
  await retain(client, 'COMPLIANCE', LATER);
  const Objects = [{ Key: 'a', VersionId: versionId }, { Key: 'b', VersionId: free }, { Key: 'a' }];
  const answer = await client.send(new DeleteObjectsCommand({ ...media, Delete: { Objects } }));
  expect(answer.Errors).toMatchObject([{ Key: 'a', VersionId: versionId, Code: 'AccessDenied' }]);
  expect(answer.Deleted).toMatchObject([
    { Key: 'b', VersionId: free },
    { Key: 'a', DeleteMarker: true },
  ]);
  const kept = new GetObjectRetentionCommand({ ...media, Key: 'a', VersionId: versionId });
  expect((await client.send(kept)).Retention).toEqual({ Mode: 'COMPLIANCE', RetainUntilDate: LATER });
});

test('lets a version go when its retention is over', async () => {
  const { client, versionId, setTime } = await openLocked();
  await retain(client, 'COMPLIANCE', LATER);
  await expect(erase(client, versionId)).rejects.toMatchObject(denied);
  setTime(LATER);
  await erase(client, versionId);
});

test('lets the bypass header through governance, not through compliance', async () => {
  const { client, versionId } = await openLocked();
  await retain(client, 'GOVERNANCE', LATER);
  await expect(erase(client, versionId)).rejects.toMatchObject(denied);
  const bypass = { BypassGovernanceRetention: true };
  await retain(client, 'COMPLIANCE', LATER);
  await expect(erase(client, versionId, bypass)).rejects.toMatchObject(denied);
  const governed = await client.send(
    new PutObjectCommand({
      ...media,
      Key: 'a',
      Body: 'x',
      ObjectLockMode: 'GOVERNANCE',
      ObjectLockRetainUntilDate: LATER,
    }),
  );
  await erase(client, governed.VersionId, bypass);
});

test('lets retention grow, and shrink only under governance with the bypass header', async () => {
  const { client } = await openLocked();
  await retain(client, 'GOVERNANCE', MUCH_LATER);
  await expect(retain(client, 'GOVERNANCE', LATER)).rejects.toMatchObject(denied);
  await retain(client, 'GOVERNANCE', LATER, { BypassGovernanceRetention: true });
  await retain(client, 'COMPLIANCE', LATER);
  await retain(client, 'COMPLIANCE', MUCH_LATER);
  const bypass = { BypassGovernanceRetention: true };
  await expect(retain(client, 'COMPLIANCE', LATER, bypass)).rejects.toMatchObject(denied);
  await expect(retain(client, 'GOVERNANCE', MUCH_LATER, bypass)).rejects.toMatchObject(denied);
  await expect(retain(client, 'COMPLIANCE', NOW)).rejects.toMatchObject({ name: 'InvalidArgument' });
});

test('holds a version until the hold is lifted, bypass or not', async () => {
  const { client, versionId } = await openLocked();
  const look = () => client.send(new GetObjectLegalHoldCommand({ ...media, Key: 'a' }));
  await expect(look()).rejects.toMatchObject({ name: 'NoSuchObjectLockConfiguration' });
  await hold(client, 'ON');
  expect((await look()).LegalHold).toEqual({ Status: 'ON' });
  await expect(erase(client, versionId, { BypassGovernanceRetention: true })).rejects.toMatchObject(denied);
  await hold(client, 'OFF');
  expect((await look()).LegalHold).toEqual({ Status: 'OFF' });
  await erase(client, versionId);
});

test('has no locks where the bucket has none, and no bucket with locks loses its versions', async () => {
  const plain = await openMedia({ versioning: 'Enabled' });
  await plain.put('a');
  await expect(retain(plain.client, 'GOVERNANCE', LATER)).rejects.toMatchObject({ name: 'InvalidRequest' });
  const { client } = await openLocked();
  const none = new GetObjectRetentionCommand({ ...media, Key: 'a' });
  await expect(client.send(none)).rejects.toMatchObject({ name: 'NoSuchObjectLockConfiguration' });
  const suspend = new PutBucketVersioningCommand({ ...media, VersioningConfiguration: { Status: 'Suspended' } });
  await expect(client.send(suspend)).rejects.toMatchObject({ name: 'InvalidBucketState' });
});
