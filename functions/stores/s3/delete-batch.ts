import { DeleteObjectsCommand, type _Error as KeyError, S3ServiceException } from '@aws-sdk/client-s3';
import { chunksOf } from '../../deletion/chunks-of.ts';
import { type FailureCode, failureCodeOf, reasonOf } from '../../deletion/errors.ts';
import { backOff, type RetriedBucket, refusesRequest } from './bucket.ts';
import { deleteSingly, fitsXml } from './delete-singly.ts';
import type { Entry } from './listing.ts';
import type { Pace } from './pace.ts';

/** DeleteObjects takes at most 1,000 keys: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export const BATCH_KEYS = 1000;

/** A bucket, the pace at which objects are deleted from it, and what its store has refused so far. */
export type PacedBucket = RetriedBucket & { pace: Pace; batches: Batches };

/** What a store takes in one request: `most` keys; 1 if it has no DeleteObjects. It is learnt from refusals. */
export type Batches = { most: number };

/** An entry that was not deleted, and why. */
export type Refusal = { entry: Entry; code: FailureCode };

/** How often a key is sent at most: after a transient error of its own, and after its whole request was throttled. */
const TRIES = { key: 4, request: 8 };
/** With these codes a store asks for fewer keys per second. */
const TOO_FAST = new Set(['SlowDown', 'ServiceUnavailable']);
/** Errors of single keys that S3 says to retry. */
const TRANSIENT = new Set(['InternalError', ...TOO_FAST]);
/** The HTTP status for a document that is larger than the store takes. */
const TOO_LARGE = 413;
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

/** Each entry in the way that can name it: most in one request, the others by themselves. */
async function send(bucket: PacedBucket, entries: readonly Entry[]): Promise<SentRefusal[]> {
  const isNameable = (entry: Entry) => bucket.batches.most > 1 && fitsXml(entry);
  const { batch = [], singles = [] } = Object.groupBy(entries, (entry) => (isNameable(entry) ? 'batch' : 'singles'));
  const [{ refusals }, others] = await Promise.all([
    batch.length > 0 ? sendBatch(bucket, batch) : { refusals: [] },
    sendSingly(bucket, singles),
  ]);
  return [...refusals, ...others];
}

async function sendSingly(bucket: PacedBucket, entries: readonly Entry[]): Promise<SentRefusal[]> {
  const refusals = await deleteSingly(bucket, entries);
  return refusals.flatMap(({ entry, code }) => refusalOf(entry, code));
}

/** `isWhole`: the store took them in one request. */
type Sent = { refusals: SentRefusal[]; isWhole: boolean };

async function sendBatch(bucket: PacedBucket, entries: readonly Entry[]): Promise<Sent> {
  const { client, name, pace } = bucket;
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
    return { refusals, isWhole: true };
  } catch (error) {
    return { refusals: await afterRefusal(bucket, entries, error), isWhole: false };
  }
}

async function afterRefusal(bucket: PacedBucket, entries: readonly Entry[], error: unknown): Promise<SentRefusal[]> {
  const code = reasonOf(error);
  if (code === 'MalformedXML' || statusOf(error) === TOO_LARGE) return await sendLess(bucket, entries);
  if (refusesRequest(error)) return await sendFirstSingly(bucket, entries);
  if (!TOO_FAST.has(code)) return refuseAll(entries, code, 1);
  bucket.pace.slowDown('all');
  return refuseAll(entries, code, TRIES.request);
}

/**
 * A refused document names a key that the store cannot read, or more keys than it takes. Halves find out which: the
 * other keys are deleted now, and a key that is alone travels in the URL.
 */
async function sendLess(bucket: PacedBucket, entries: readonly Entry[]): Promise<SentRefusal[]> {
  if (entries.length === 1) return await sendSingly(bucket, entries);
  const half = Math.ceil(entries.length / 2);
  const sent: Sent[] = [];
  for (const part of chunksOf(entries, half)) sent.push(await sendBatch(bucket, part));
  if (sent.every(({ isWhole }) => isWhole)) bucket.batches.most = Math.min(bucket.batches.most, half);
  return sent.flatMap(({ refusals }) => refusals);
}

/** The store has no DeleteObjects, or refuses this one in its own words. If one DeleteObject works, they all go so. */
async function sendFirstSingly(bucket: PacedBucket, entries: readonly Entry[]): Promise<SentRefusal[]> {
  const [first] = await sendSingly(bucket, entries.slice(0, 1));
  if (first) return refuseAll(entries, first.code, first.tries);
  bucket.batches.most = 1;
  return await sendSingly(bucket, entries.slice(1));
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
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
    return code === undefined ? [] : refusalOf(entry, code);
  });
  const [unmatched] = codes.values();
  return unmatched === undefined ? refusals : refuseAll(entries, unmatched, 1);
}

function refusalOf(entry: Entry, code: FailureCode): SentRefusal[] {
  return GONE.has(code) ? [] : [{ entry, code, tries: TRANSIENT.has(code) ? TRIES.key : 1 }];
}

function refuseAll(entries: readonly Entry[], code: FailureCode, tries: number): SentRefusal[] {
  return entries.map((entry) => ({ entry, code, tries }));
}

/** An object without versions and the version `null` are the same thing. Stores use either name. */
function identityOf(key: string, versionId: string | undefined): string {
  return JSON.stringify([key, versionId === 'null' ? '' : (versionId ?? '')]);
}
