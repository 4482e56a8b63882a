import { AbortMultipartUploadCommand } from '@aws-sdk/client-s3';
import { reasonOf } from '../deletion/errors.ts';
import type { Checkpoint } from '../deletion/ports.ts';
import { inBatches } from './in-batches.ts';
import { count, type Removal, untilFailure } from './removal.ts';
import { type Bucket, backOff } from './s3-bucket.ts';
import { listUploads, type Scope, type Upload } from './s3-listing.ts';

/** How often an upload that is still listed is aborted. */
const ROUNDS = 5;
/** There is no batch call for uploads; so many are aborted at a time. */
const TOGETHER = 16;

/**
 * Aborts every unfinished upload of the scope and looks again until none is listed: a part that arrives during an abort
 * stays (https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html). What cannot be aborted goes to
 * the removal's codes. Throws only what `checkpoint` throws.
 */
export async function abortUploads(
  bucket: Bucket,
  scope: Scope,
  removal: Removal,
  checkpoint: Checkpoint,
): Promise<void> {
  const aborted = new Set<string>();
  let failure: string | undefined;
  for (let round = 1; round <= ROUNDS; round += 1) {
    if (round > 2) await backOff(bucket, round - 2);
    let found = 0;
    failure = undefined;
    for await (const uploads of inBatches(untilFailure(removal, listUploads(bucket, scope)), TOGETHER)) {
      await checkpoint(removal.removed);
      const outcomes = await Promise.all(uploads.map((upload) => abort(bucket, upload, aborted)));
      failure ??= outcomes.find((outcome) => outcome.failure)?.failure;
      count(removal.removed, 'uploads', outcomes.filter((outcome) => outcome.isNew).length);
      found += uploads.length;
    }
    if (found === 0) return;
  }
  removal.codes.add(failure ?? 'UploadsRemain');
}

/**
 * An upload that is aborted twice is still one. One that somebody else has ended fails here and is not listed again, which
 * is all that counts.
 */
async function abort(
  { client, name }: Bucket,
  { key, uploadId }: Upload,
  aborted: Set<string>,
): Promise<{ isNew: boolean; failure?: string }> {
  try {
    await client.send(new AbortMultipartUploadCommand({ Bucket: name, Key: key, UploadId: uploadId }));
  } catch (error) {
    return { isNew: false, failure: reasonOf(error) };
  }
  const known = aborted.size;
  return { isNew: aborted.add(`${uploadId}`).size > known };
}
