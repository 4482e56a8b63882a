import { AbortMultipartUploadCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { reasonOf } from '../../deletion/errors.ts';
import type { Checkpoint } from '../../deletion/ports.ts';
import { inBatches } from '../in-batches.ts';
import { begun, count, type Removal, uncount, untilFailure } from '../removal.ts';
import { type Bucket, backOff, type RetriedBucket } from './bucket.ts';
import type { Scope } from './listing.ts';
import { listUploads, type Upload } from './upload-listing.ts';

/** How often an upload that is still listed is aborted. */
const ROUNDS = 5;
/** There is no batch call for uploads; so many are aborted at a time. */
const TOGETHER = 16;

/**
 * Aborts every unfinished upload of the scopes and looks again, where there were any, until none is listed: a part that arrives
 * during an abort stays (https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html). What cannot be aborted
 * goes to the removal's codes. Throws only what `checkpoint` throws.
 * @returns keys of uploads that ended before they could be aborted: there may be objects now
 */
export async function abortUploads(
  bucket: RetriedBucket,
  scopes: readonly Scope[],
  removal: Removal,
  checkpoint: Checkpoint,
): Promise<string[]> {
  const aborted = new Set<string>();
  const ended = new Map<string, string>();
  const unsure = new Set<string>();
  let failure: string | undefined;
  for (let round = 1; round <= ROUNDS; round += 1) {
    if (round > 2) await backOff(bucket, round - 2);
    let found = 0;
    let stayed = 0;
    failure = undefined;
    for await (const uploads of inBatches(uploadsIn(bucket, scopes, removal), () => TOGETHER)) {
      await checkpoint(removal.removed);
      stayed += uploads.filter(({ uploadId = '' }) => aborted.has(uploadId)).length;
      const outcomes = await Promise.all(uploads.map((upload) => abort(bucket, upload, aborted)));
      for (const { key, uploadId, failure: code } of outcomes) code ? ended.set(uploadId, key) : ended.delete(uploadId);
      for (const { uploadId, isUnsure } of outcomes) if (isUnsure) unsure.add(uploadId);
      failure ??= outcomes.find((outcome) => outcome.failure)?.failure;
      count(removal.removed, 'uploads', outcomes.filter((outcome) => outcome.isNew).length);
      found += uploads.length;
    }
    if (found === 0) {
      count(removal.removed, 'uploads', [...unsure].filter((uploadId) => !aborted.has(uploadId)).length);
      break;
    }
    if (round < ROUNDS) continue;
    removal.codes.add(failure ?? 'UploadsRemain');
    // Counted with each pass, they would pass for progress, and a store that never lets go of one would be asked for ever.
    uncount(removal.removed, 'uploads', stayed);
  }
  return [...new Set(ended.values())];
}

/** Of all scopes, which are asked at the same time. */
async function* uploadsIn(bucket: Bucket, scopes: readonly Scope[], removal: Removal): AsyncGenerator<Upload[]> {
  for (const uploads of scopes.map((scope) => begun(untilFailure(removal, listUploads(bucket, scope))))) yield* uploads;
}

/** `isUnsure`: the answer was lost, or the SDK tried again after one was: once it is not listed any more, it was this abort that ended it. */
type Outcome = { key: string; uploadId: string; isNew: boolean; failure?: string; isUnsure?: boolean };

/** An upload that is aborted twice is still one. One that somebody else has ended fails here and is not listed again. */
async function abort({ client, name }: Bucket, { key, uploadId = '' }: Upload, aborted: Set<string>): Promise<Outcome> {
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
