import { DeleteObjectsCommand, type _Error as KeyError } from '@aws-sdk/client-s3';
import { type FailureCode, failureCodeOf, reasonOf } from '../../deletion/errors.ts';
import { backOff, type RetriedBucket } from './bucket.ts';
import type { Entry } from './listing.ts';
import type { Pace } from './pace.ts';

/** DeleteObjects takes at most 1,000 keys: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export const BATCH_KEYS = 1000;

/** A bucket, and the pace at which objects are deleted from it. */
export type PacedBucket = RetriedBucket & { pace: Pace };

/** An entry that was not deleted, and why. */
export type Refusal = { entry: Entry; code: FailureCode };

/** How often a key is sent at most: after a transient error of its own, and after its whole request was throttled. */
const TRIES = { key: 4, request: 8 };
/** With these codes a store asks for fewer keys per second. */
const TOO_FAST = new Set(['SlowDown', 'ServiceUnavailable']);
/** Errors of single keys that S3 says to retry. */
const TRANSIENT = new Set(['InternalError', ...TOO_FAST]);
/** Some S3-compatible stores report a missing key as an error. S3 itself does not. */
const GONE = new Set(['NoSuchKey', 'NoSuchVersion']);

/**
 * Deletes one batch of at most `BATCH_KEYS` entries. The caller has waited for its turn. Keys that fail with a
 * transient error are sent again without the others, with growing pauses; a request that was throttled is sent again as
 * a whole. A request that fails for another reason is not: the SDK has already retried it.
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

/** `tries`: how often the entry may be sent in total. */
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

/** A 200 may contain an error for each key. An error that matches no entry makes the whole batch uncertain. */
function refusalsIn(errors: readonly KeyError[], entries: readonly Entry[]): SentRefusal[] {
  const codes = new Map(
    errors.map(({ Key = '', VersionId, Code = 'UnknownError' }) => [identityOf(Key, VersionId), failureCodeOf(Code)]),
  );
  const refusals = entries.flatMap((entry) => {
    const identity = identityOf(entry.key, entry.versionId);
    const code = codes.get(identity);
    codes.delete(identity);
    return code === undefined || GONE.has(code) ? [] : [{ entry, code, tries: TRANSIENT.has(code) ? TRIES.key : 1 }];
  });
  const [unmatched] = codes.values();
  return unmatched === undefined ? refusals : refuseAll(entries, unmatched, 1);
}

function refuseAll(entries: readonly Entry[], code: FailureCode, tries: number): SentRefusal[] {
  return entries.map((entry) => ({ entry, code, tries }));
}

/** An object without versions and the version `null` are the same thing. Stores use either name. */
function identityOf(key: string, versionId: string | undefined): string {
  return JSON.stringify([key, versionId === 'null' ? '' : (versionId ?? '')]);
}
