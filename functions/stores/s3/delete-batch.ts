import { DeleteObjectsCommand, type _Error as KeyError } from '@aws-sdk/client-s3';
import { reasonOf } from '../../deletion/errors.ts';
import { backOff, type RetriedBucket } from './bucket.ts';
import type { Entry } from './listing.ts';
import type { Pace } from './pace.ts';

/** DeleteObjects takes at most 1,000 keys: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export const BATCH_KEYS = 1000;

/** A bucket, and how fast it is emptied. */
export type PacedBucket = RetriedBucket & { pace: Pace };

/** An entry that is still there, and why. */
export type Refusal = { entry: Entry; code: string };

/** How often a key that fails for a passing reason is sent, and one whose request was refused as a whole by a store that had enough. */
const TRIES = { key: 4, request: 8 };
/** With these a store asks for fewer keys a second. */
const TOO_FAST = new Set(['SlowDown', 'ServiceUnavailable']);
/** Per-key errors that S3 asks to be tried again. */
const PASSING = new Set(['InternalError', ...TOO_FAST]);
/** Some S3-compatible stores call a key that is gone already an error; S3 itself does not. */
const GONE = new Set(['NoSuchKey', 'NoSuchVersion']);

/**
 * Deletes one batch, of `BATCH_KEYS` entries at most, whose turn it is. Keys that fail for a passing reason are tried again
 * alone, with growing pauses; so is a request that was slowed down. One that fails as a whole for another reason was tried by the
 * SDK before and is not tried again.
 * @returns the entries that were not deleted; never throws
 */
export async function deleteBatch(bucket: PacedBucket, entries: readonly Entry[]): Promise<Refusal[]> {
  const final: Refusal[] = [];
  let pending = entries;
  for (let retry = 1; ; retry += 1) {
    const refusals = await send(bucket, pending);
    const isWorthRetrying = ({ tries }: SentRefusal) => retry < tries;
    final.push(...refusals.filter((refusal) => !isWorthRetrying(refusal)));
    pending = refusals.filter(isWorthRetrying).map(({ entry }) => entry);
    if (pending.length === 0) return final;
    await backOff(bucket, retry);
    await bucket.pace.turn(pending.length);
  }
}

/** `tries`: how often it may be sent in all. */
type SentRefusal = Refusal & { tries: number };

async function send({ client, name, pace }: PacedBucket, entries: readonly Entry[]): Promise<SentRefusal[]> {
  const Objects = entries.map(({ key, versionId }) => ({ Key: key, VersionId: versionId }));
  const sentAt = performance.now();
  try {
    const { Errors = [], $metadata } = await client.send(
      new DeleteObjectsCommand({ Bucket: name, Delete: { Objects, Quiet: true } }),
    );
    const refusals = Errors.length > 0 ? refusalsIn(Errors, entries) : [];
    const wasSlowed = ($metadata?.attempts ?? 1) > 1 || refusals.some(({ code }) => TOO_FAST.has(code));
    pace.answered(entries.length - refusals.length, performance.now() - sentAt);
    if (wasSlowed) pace.slowDown('some');
    return refusals;
  } catch (error) {
    const code = reasonOf(error);
    if (!TOO_FAST.has(code)) return refuseAll(entries, code, 1);
    pace.slowDown('all');
    return refuseAll(entries, code, TRIES.request);
  }
}

/** A 200 can hold an error for every key. One that fits no entry puts the whole batch in doubt. */
function refusalsIn(errors: readonly KeyError[], entries: readonly Entry[]): SentRefusal[] {
  const codes = new Map(
    errors.map(({ Key = '', VersionId, Code = 'UnknownError' }) => [identityOf(Key, VersionId), Code]),
  );
  const refusals = entries.flatMap((entry) => {
    const identity = identityOf(entry.key, entry.versionId);
    const code = codes.get(identity);
    codes.delete(identity);
    return code === undefined || GONE.has(code) ? [] : [{ entry, code, tries: PASSING.has(code) ? TRIES.key : 1 }];
  });
  const [unmatched] = codes.values();
  return unmatched === undefined ? refusals : refuseAll(entries, unmatched, 1);
}

function refuseAll(entries: readonly Entry[], code: string, tries: number): SentRefusal[] {
  return entries.map((entry) => ({ entry, code, tries }));
}

/** An object without versions and the version `null` are the same thing; stores name it in either way. */
function identityOf(key: string, versionId: string | undefined): string {
  return JSON.stringify([key, versionId === 'null' ? '' : (versionId ?? '')]);
}
