import { DeleteObjectsCommand, type _Error as KeyError } from '@aws-sdk/client-s3';
import { reasonOf } from '../deletion/errors.ts';
import { type Bucket, backOff } from './s3-bucket.ts';
import type { Entry } from './s3-listing.ts';

/** DeleteObjects takes at most 1,000 keys: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export const BATCH_KEYS = 1000;

/** An entry that is still there, and why. */
export type Refusal = { entry: Entry; code: string };

const TRIES = 4;
/** Per-key errors that S3 asks to be tried again. */
const PASSING = new Set(['InternalError', 'SlowDown', 'ServiceUnavailable']);
/** Some S3-compatible stores call a key that is gone already an error; S3 itself does not. */
const GONE = new Set(['NoSuchKey', 'NoSuchVersion']);

/**
 * Deletes one batch, of `BATCH_KEYS` entries at most. Keys that fail for a passing reason are tried again alone, with
 * growing pauses. A request that fails as a whole was tried by the SDK before and is not tried again.
 * @returns the entries that were not deleted; never throws
 */
export async function deleteBatch(bucket: Bucket, entries: readonly Entry[]): Promise<Refusal[]> {
  const final: Refusal[] = [];
  let pending = entries;
  for (let retry = 1; ; retry += 1) {
    const refusals = await send(bucket, pending);
    const isWorthRetrying = ({ isPassing }: SentRefusal) => isPassing && retry < TRIES;
    final.push(...refusals.filter((refusal) => !isWorthRetrying(refusal)));
    pending = refusals.filter(isWorthRetrying).map(({ entry }) => entry);
    if (pending.length === 0) return final;
    await backOff(bucket, retry);
  }
}

type SentRefusal = Refusal & { isPassing: boolean };

async function send({ client, name }: Bucket, entries: readonly Entry[]): Promise<SentRefusal[]> {
  const Objects = entries.map(({ key, versionId }) => ({ Key: key, VersionId: versionId }));
  try {
    const { Errors = [] } = await client.send(
      new DeleteObjectsCommand({ Bucket: name, Delete: { Objects, Quiet: true } }),
    );
    return refusalsIn(Errors, entries);
  } catch (error) {
    return refuseAll(entries, reasonOf(error));
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
    return code === undefined || GONE.has(code) ? [] : [{ entry, code, isPassing: PASSING.has(code) }];
  });
  const [unmatched] = codes.values();
  return unmatched === undefined ? refusals : refuseAll(entries, unmatched);
}

function refuseAll(entries: readonly Entry[], code: string): SentRefusal[] {
  return entries.map((entry) => ({ entry, code, isPassing: false }));
}

/** An object without versions and the version `null` are the same thing; stores name it in either way. */
function identityOf(key: string, versionId: string | undefined): string {
  return JSON.stringify([key, versionId === 'null' ? '' : (versionId ?? '')]);
}
