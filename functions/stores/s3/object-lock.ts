import { GetObjectLegalHoldCommand, GetObjectRetentionCommand } from '@aws-sdk/client-s3';
import { ObjectsLocked } from '../../deletion/errors.ts';
import type { Removal } from '../removal.ts';
import type { Bucket } from './bucket.ts';
import type { Entry } from './listing.ts';

/** A lock on one version: with its end, or a legal hold, which has none. */
type Lock = { until?: Date };

/**
 * S3 refuses a locked version with AccessDenied, and a worker without the permission too. Only if each refused version is
 * found to be locked is it a lock. A bucket's versions are mostly locked alike, so the callers hand in a sample.
 * @throws {ObjectsLocked} until the last of the retentions ends; without an end if there is a legal hold among them
 */
export async function throwIfLocked(bucket: Bucket, refused: readonly Entry[], { removed }: Removal): Promise<void> {
  const locks: Lock[] = [];
  for (const entry of refused) {
    const lock = await lockOn(bucket, entry);
    if (!lock) return;
    locks.push(lock);
  }
  if (locks.length === 0) return;
  const ends = locks.flatMap(({ until }) => (until ? [until.getTime()] : []));
  const end = ends.length === locks.length ? new Date(Math.max(...ends)).toISOString() : undefined;
  throw new ObjectsLocked(removed, end);
}

async function lockOn({ client, name }: Bucket, { key, versionId }: Entry): Promise<Lock | undefined> {
  const version = { Bucket: name, Key: key, VersionId: versionId };
  const retention = await orNone(client.send(new GetObjectRetentionCommand(version)));
  const until = retention?.Retention?.RetainUntilDate;
  if (until && until.getTime() > Date.now()) return { until };
  const hold = await orNone(client.send(new GetObjectLegalHoldCommand(version)));
  return hold?.LegalHold?.Status === 'ON' ? {} : undefined;
}

/** S3 answers with an error where there is no lock. One that cannot be read is not confirmed, which is the same here. */
async function orNone<T>(answer: Promise<T>): Promise<T | undefined> {
  return await answer.catch(() => undefined);
}
