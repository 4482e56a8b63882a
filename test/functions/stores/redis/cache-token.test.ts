import { createHash, createHmac } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { type CacheLogin, cacheToken } from '../../../../functions/stores/redis/cache-token.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a key', sessionToken: 'a/session+token==' };
const { config } = new SecretsManagerClient({ region: 'eu-central-1', credentials });

const tokenFor = async (login: Partial<CacheLogin> = {}) =>
  await cacheToken(config, { user: 'deleter', cache: 'platform', isServerless: false, ...login });
const queryIn = (token: string) => new URLSearchParams(token.slice(token.indexOf('?')));

describe('cacheToken', () => {
  it('is a request to connect, presigned for 15 minutes, without a scheme', async () => {
    const token = await tokenFor();
    expect(token).toMatch(/^platform\/\?/);
    expect(Object.fromEntries(queryIn(token))).toMatchObject({
      Action: 'connect',
      User: 'deleter',
      'X-Amz-Expires': '900',
      'X-Amz-Credential': expect.stringMatching(/^AKIDEXAMPLE\/\d{8}\/eu-central-1\/elasticache\/aws4_request$/),
      'X-Amz-Security-Token': credentials.sessionToken,
      'X-Amz-SignedHeaders': 'host',
    });
    expect(queryIn(token).has('ResourceType')).toBe(false);
  });

  it('says so for a serverless cache, and names it in lower case', async () => {
    const token = await tokenFor({ cache: 'Platform', isServerless: true });
    expect(token).toMatch(/^platform\/\?/);
    expect(queryIn(token).get('ResourceType')).toBe('ServerlessCache');
  });

  it.each([false, true])('is signed as Signature Version 4 says (serverless: %s)', async (isServerless) => {
    const token = await tokenFor({ isServerless });
    expect(queryIn(token).get('X-Amz-Signature')).toBe(signatureOf(token));
  });
});

/** By the book: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function signatureOf(token: string): string {
  const [hostname = '', query = ''] = token.split('/?');
  const pairs = query.split('&').filter((pair) => !pair.startsWith('X-Amz-Signature='));
  const request = ['GET', '/', pairs.toSorted().join('&'), `host:${hostname}`, '', 'host', sha256('')].join('\n');
  const time = queryIn(token).get('X-Amz-Date') ?? '';
  const scope = [time.slice(0, 8), 'eu-central-1', 'elasticache', 'aws4_request'];
  const toSign = ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(request)].join('\n');
  const key = scope.reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${credentials.secretAccessKey}`);
  return hmac(key, toSign).toString('hex');
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
