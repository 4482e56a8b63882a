import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { PATIENT, QUICK } from '../request-limits.ts';
import { readSecret } from '../secrets-manager/read-secret.ts';
import { useLeanDeletes } from './lean-deletes.ts';
import { useLeanListings } from './lean-listing.ts';
import { handBackSlowedDeletes } from './slowed-deletes.ts';

/** Where objects are: S3 itself, or another endpoint that speaks S3. */
export type BucketAddress = {
  /** Absent: S3, or where `AWS_ENDPOINT_URL*` leads. */
  endpoint?: string;
  /** A secret with the keys for the endpoint, `{ "accessKeyId", "secretAccessKey" }`. Absent: the function's own role. */
  secretArn?: string;
};

/** How long keys are kept before they are read again. When you rotate them, let the old ones live longer. */
const KEYS_LIVE_MILLISECONDS = 10 * 60_000;
const keysForm = z.object({ accessKeyId: z.string(), secretAccessKey: z.string() });

/**
 * The client of a bucket: of R2 and its like too, which know no regions and have no host name for each bucket. Its listings say
 * when a thing was written only `withTimes`: a deletion does not ask, and reads them in a fraction of the time.
 */
export function connectBucket({ endpoint, secretArn }: BucketAddress, { withTimes = false } = {}): S3Client {
  const isOther = endpoint ?? process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
  const client = new S3Client({
    ...PATIENT,
    ...(endpoint && { endpoint }),
    ...(isOther && { forcePathStyle: true }),
    ...(secretArn && { region: 'auto', credentials: keysIn(secretArn) }),
  });
  // It copies each page of a listing, entry by entry, for a log that is not kept: about a sixth of a deletion's CPU time.
  client.middlewareStack.remove('loggerMiddleware');
  if (!withTimes) useLeanListings(client);
  useLeanDeletes(client);
  handBackSlowedDeletes(client);
  return client;
}

/** The SDK keeps what this returns until shortly before it expires, and asks again. */
function keysIn(arn: string) {
  const secrets = new SecretsManagerClient(QUICK);
  return async () => {
    const keys = await readSecret(secrets, { arn, form: keysForm });
    return { ...keys, expiration: new Date(Date.now() + KEYS_LIVE_MILLISECONDS) };
  };
}
