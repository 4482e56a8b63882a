import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { QUICK } from '../request-limits.ts';
import { readSecret } from '../secrets-manager/read-secret.ts';
import { cacheToken } from './cache-token.ts';
import { connectCluster, connectRedis, type KeyCommands, type Redis } from './connect-redis.ts';

/** A cache, and how to log in: with an IAM token, with a password from a secret, or with the credentials in the URL. */
export type CacheAddress = {
  url: string;
  /** One server, or a cluster. ElastiCache Serverless is a cluster. */
  mode: 'server' | 'cluster';
  /** ElastiCache's user and the cache's name. */
  iam?: { user: string; cache: string };
  /** A secret with `{ "username", "password" }`. Without a username, the user is `default`. */
  secretArn?: string;
};

const loginForm = z.object({ username: z._default(z.string(), 'default'), password: z.string() });

/** The platform's cache. */
export function connectCache(address: CacheAddress): Redis<KeyCommands> {
  const credentials = credentialsOf(address);
  const connect = address.mode === 'cluster' ? connectCluster : connectRedis;
  return connect({ url: address.url, ...(credentials && { credentials }) });
}

/** Each new connection asks for the credentials, so that it uses a rotated password. */
function credentialsOf({ url, iam, secretArn }: CacheAddress) {
  if (!iam && !secretArn) return undefined;
  const secrets = new SecretsManagerClient(QUICK);
  return async () => {
    if (!iam) return await readSecret(secrets, { arn: secretArn ?? '', form: loginForm });
    // This makes no call to Secrets Manager: the client finds the credentials and the region.
    const password = await cacheToken(secrets.config, { ...iam, isServerless: isServerless(url) });
    return { username: iam.user, password };
  };
}

/** The host names of serverless caches: `<name>-<suffix>.serverless.<region>.cache.amazonaws.com`. */
function isServerless(url: string): boolean {
  return new URL(url).hostname.includes('.serverless.');
}
