import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SignatureV4 } from '@smithy/signature-v4';

/** A user of ElastiCache, whose id is also its name, and the cache's own name. */
export type CacheLogin = { user: string; cache: string; isServerless: boolean };

/** ElastiCache refuses older tokens: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html */
const TOKEN_SECONDS = 900;

/** The credentials and the region that a client of the SDK has found by itself. */
type Signing = Pick<SecretsManagerClient['config'], 'credentials' | 'region' | 'sha256'>;

/**
 * The password of an ElastiCache user that logs in with IAM: a presigned request `connect`, without its scheme. Signing
 * needs no call to AWS. The user's role needs `elasticache:Connect` on the cache and on the user.
 */
export async function cacheToken(
  { credentials, region, sha256 }: Signing,
  { user, cache, isServerless }: CacheLogin,
): Promise<string> {
  const signer = new SignatureV4({ service: 'elasticache', credentials, region, sha256 });
  // ElastiCache stores names in lower case, and checks the signature against the stored name.
  const hostname = cache.toLowerCase();
  const query = { Action: 'connect', User: user, ...(isServerless && { ResourceType: 'ServerlessCache' }) };
  const presigned = await signer.presign(
    { method: 'GET', protocol: 'http:', hostname, path: '/', query, headers: { host: hostname } },
    { expiresIn: TOKEN_SECONDS },
  );
  const pairs = Object.entries(presigned.query ?? {}).map((pair) => pair.map(String).map(encodeURIComponent).join('='));
  return `${hostname}/?${pairs.join('&')}`;
}
