import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { PATIENT, QUICK } from '../../request-limits.ts';
import { expectOrder, removeMiddleware } from '../../sdk-middlewares.ts';
import { readSecret } from '../../secrets-manager/read-secret.ts';
import { useLeanDeletes } from './lean-deletes.ts';
import { useLeanListings } from './lean-listing.ts';
import { useOwnAnswersOnly } from './own-answers.ts';
import { handBackSlowedDeletes } from './slowed-deletes.ts';

/** Where the objects are: in S3 itself, or at another endpoint that speaks S3. */
export type BucketAddress = {
  /** Absent: S3, or the endpoint in `AWS_ENDPOINT_URL*`. */
  endpoint?: string;
  /**
   * A secret with the keys for the endpoint, `{ "accessKeyId", "secretAccessKey" }`. Absent: the function's own role.
   */
  secretArn?: string;
  /** The name that the store's answers give the bucket. Absent: its own. */
  answersAs?: string;
};

/**
 * How long keys are used before they are read again. When you rotate keys, keep the old ones valid for longer than
 * this.
 */
const KEYS_LIVE_MILLISECONDS = 10 * 60_000;
const keysForm = z.object({ accessKeyId: z.string(), secretAccessKey: z.string() });

/**
 * The client of a bucket, in S3 or in a store like R2, which has no regions and no host name per bucket. Its listings
 * contain times only `withTimes`: a deletion does not need them, and reading a listing without them takes a fraction of
 * the time.
 * @throws {ChangedSdk} when the installed SDK is not built as our middlewares expect
 */
export function connectBucket(address: BucketAddress, { withTimes = false } = {}): S3Client {
  return prepared(openClient(address), { withTimes, answersAs: address.answersAs });
}

/** A client that reads whatever comes. Only a check of the store may use it. */
export function openClient({ endpoint, secretArn }: BucketAddress): S3Client {
  const isOther = endpoint ?? process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
  return new S3Client({
    ...PATIENT,
    ...(endpoint && { endpoint }),
    ...(isOther && { forcePathStyle: true }),
    ...(secretArn && { region: 'auto', credentials: keysIn(secretArn) }),
  });
}

/**
 * Makes a client fit for deletions. No other client may be asked whether anything is left.
 * @throws {ChangedSdk}
 */
export function prepared(client: S3Client, options: { withTimes?: boolean; answersAs?: string | undefined } = {}) {
  // It copies every entry of a listing for a log that nobody keeps. That takes about a sixth of a deletion's CPU time.
  removeMiddleware(client, 'loggerMiddleware');
  useOwnAnswersOnly(client, options);
  if (!options.withTimes) {
    useLeanListings(client);
    // What is checked is the small rest of a listing, not its entries.
    expectOrder(client, ['checkDocument', 'takeEntries']);
  }
  useLeanDeletes(client);
  handBackSlowedDeletes(client);
  return client;
}

/** The SDK caches what this returns until shortly before it expires. */
function keysIn(arn: string) {
  const secrets = new SecretsManagerClient(QUICK);
  return async () => {
    const keys = await readSecret(secrets, { arn, form: keysForm });
    return { ...keys, expiration: new Date(Date.now() + KEYS_LIVE_MILLISECONDS) };
  };
}
