import { GetObjectLegalHoldCommand, GetObjectRetentionCommand } from '@aws-sdk/client-s3';
import { ObjectsLocked } from '../../deletion/errors.ts';
import type { Tally } from '../tally.ts';
import type { Bucket } from './bucket.ts';
import type { Entry } from './listing.ts';

/** A lock on one version: a retention, which ends, or a legal hold, which does not. */
type Lock = { until?: Date };

/**
 * Tells a lock from a missing permission: S3 refuses both with AccessDenied. It is a lock only if every refused version
 * turns out to be locked. Versions of one bucket are usually locked in the same way, so the caller passes a sample.
 * @throws {ObjectsLocked} until the last retention ends, or without an end if one of the versions is under a legal hold
 */
export async function throwIfLocked(bucket: Bucket, refused: readonly Entry[], { counts }: Tally): Promise<void> {
  const locks: Lock[] = [];
  for (const entry of refused) {
    const lock = await lockOn(bucket, entry);
    if (!lock) return;
    locks.push(lock);
  }
  if (locks.length === 0) return;
  const ends = locks.flatMap(({ until }) => (until ? [until.getTime()] : []));
  const end = ends.length === locks.length ? new Date(Math.max(...ends)).toISOString() : undefined;
  throw new ObjectsLocked(counts, end);
}

async function lockOn({ client, name }: Bucket, { key, versionId }: Entry): Promise<Lock | undefined> {
  const version = { Bucket: name, Key: key, VersionId: versionId };
  const retention = await orNone(client.send(new GetObjectRetentionCommand(version)));
  const until = retention?.Retention?.RetainUntilDate;
  if (until && until.getTime() > Date.now()) return { until };
  const hold = await orNone(client.send(new GetObjectLegalHoldCommand(version)));
  return hold?.LegalHold?.Status === 'ON' ? {} : undefined;
}

/**
 * S3 answers with an error where there is no lock. A lock that cannot be read is not confirmed, so it counts as none.
 */
async function orNone<T>(answer: Promise<T>): Promise<T | undefined> {
  return await answer.catch(() => undefined);
}
