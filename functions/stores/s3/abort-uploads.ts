import { AbortMultipartUploadCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { type FailureCode, reasonOf } from '../../deletion/errors.ts';
import { inBatches } from '../../deletion/in-batches.ts';
import type { Checkpoint } from '../../deletion/ports.ts';
import { count, prefetched, type Tally, uncount, untilFailure } from '../tally.ts';
import { type Bucket, backOff, type RetriedBucket } from './bucket.ts';
import type { Scope } from './listing.ts';
import { listUploads, type Upload } from './upload-listing.ts';

/** How often an upload that is still listed is aborted. */
const ROUNDS = 5;
/** How many uploads are aborted at the same time. S3 has no batch call for them. */
const TOGETHER = 16;

/**
 * Aborts every unfinished upload of the scopes. If there were any, lists again until there are none, because a part
 * that arrives during an abort stays: https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html.
 * Records in the tally what cannot be aborted; throws only what `checkpoint` throws.
 * @returns the keys of uploads that ended before they could be aborted: they may be objects now
 */
export async function abortUploads(
  bucket: RetriedBucket,
  scopes: readonly Scope[],
  tally: Tally,
  checkpoint: Checkpoint,
): Promise<string[]> {
  const aborted = new Set<string>();
  const ended = new Map<string, string>();
  const unsure = new Set<string>();
  let failure: FailureCode | undefined;
  for (let round = 1; round <= ROUNDS; round += 1) {
    if (round > 2) await backOff(bucket, round - 2);
    let found = 0;
    let stayed = 0;
    failure = undefined;
    for await (const uploads of inBatches(uploadsIn(bucket, scopes, tally), () => TOGETHER)) {
      await checkpoint(tally.counts);
      stayed += uploads.filter(({ uploadId = '' }) => aborted.has(uploadId)).length;
      const outcomes = await Promise.all(uploads.map((upload) => abort(bucket, upload, aborted)));
      for (const { key, uploadId, failure: code } of outcomes) code ? ended.set(uploadId, key) : ended.delete(uploadId);
      for (const { uploadId, isUnsure } of outcomes) if (isUnsure) unsure.add(uploadId);
      failure ??= outcomes.find((outcome) => outcome.failure)?.failure;
      count(tally.counts, 'uploads', outcomes.filter((outcome) => outcome.isNew).length);
      found += uploads.length;
    }
    if (found === 0) {
      count(tally.counts, 'uploads', [...unsure].filter((uploadId) => !aborted.has(uploadId)).length);
      break;
    }
    if (round < ROUNDS) continue;
    tally.codes.add(failure ?? 'UploadsRemain');
    // Counts mean progress, and progress means another pass: a store that keeps an upload would cause passes without
    // end.
    uncount(tally.counts, 'uploads', stayed);
  }
  return [...new Set(ended.values())];
}

/** The uploads of all scopes. The first pages of all are requested at the same time. */
async function* uploadsIn(bucket: Bucket, scopes: readonly Scope[], tally: Tally): AsyncGenerator<Upload[]> {
  for (const uploads of scopes.map((scope) => prefetched(untilFailure(tally, listUploads(bucket, scope)))))
    yield* uploads;
}

/**
 * `isUnsure`: the abort failed, but may have worked, because its answer was lost. If the upload is not listed
 * afterwards, this abort ended it.
 */
type Outcome = { key: string; uploadId: string; isNew: boolean; failure?: FailureCode; isUnsure?: boolean };

/**
 * Counts an upload once, however often it is aborted. If somebody else ended it, the abort fails and it is not listed
 * again.
 */
async function abort(bucket: Bucket, upload: Upload, aborted: Set<string>): Promise<Outcome> {
  const outcome = await abortAs(bucket, upload, aborted);
  if (outcome.failure !== 'NoSuchUpload' || upload.otherKey === undefined) return outcome;
  return await abortAs(bucket, { ...upload, key: upload.otherKey }, aborted);
}

async function abortAs(
  { client, name }: Bucket,
  { key, uploadId = '' }: Upload,
  aborted: Set<string>,
): Promise<Outcome> {
  try {
    await client.send(new AbortMultipartUploadCommand({ Bucket: name, Key: key, UploadId: uploadId }));
  } catch (error) {
    return { key, uploadId, isNew: false, failure: reasonOf(error), isUnsure: mayHaveWorked(error) };
  }
  const known = aborted.size;
  return { key, uploadId, isNew: aborted.add(uploadId).size > known };
}

function mayHaveWorked(error: unknown): boolean {
  if (reasonOf(error) !== 'NoSuchUpload') return !(error instanceof S3ServiceException);
  return error instanceof S3ServiceException && (error.$metadata.attempts ?? 1) > 1;
}
