import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CacheAddress, connectCache } from '../../../../functions/stores/redis/connect-cache.ts';
import { startRedisStandIn } from '../../../../local/redis/redis-stand-in.ts';
import { selfSignedCertificate, trust } from '../../../support/certificate.ts';
import { startTlsFront } from '../../../support/tls-front.ts';

const secretArn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:cache-a1b2c3';
const secrets = mockClient(SecretsManagerClient);
afterAll(() => secrets.restore());
const cleanUp: (() => unknown)[] = [];

beforeEach(() => {
  secrets.reset();
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'key');
});
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
  vi.unstubAllEnvs();
});

/** A server that wants this password and speaks TLS only. */
async function startServer(password: string) {
  const certificate = selfSignedCertificate();
  const standIn = await startRedisStandIn({ password });
  const front = await startTlsFront(certificate, Number(new URL(standIn.url).port));
  cleanUp.push(standIn.stop, front.stop);
  return { certificate, url: `rediss://127.0.0.1:${front.port}` };
}

function open(address: Omit<CacheAddress, 'mode'> & Partial<CacheAddress>) {
  const redis = connectCache({ mode: 'server', ...address });
  cleanUp.push(() => redis.close());
  return redis;
}

describe('connectCache', () => {
  it('speaks to the cache as what it is told that it is', async () => {
    const { url, stop } = await startRedisStandIn();
    cleanUp.push(stop);
    expect(await open({ url, mode: 'server' }).run((client) => client.get('key'))).toBeNull();
    const asCluster = open({ url, mode: 'cluster' }).run((client) => client.get('key'));
    await expect(asCluster).rejects.toMatchObject({ name: 'WrongCacheMode' });
  });

  it.each([
    ['alone', { password: 'second' }],
    ['with a username', { username: 'default', password: 'second' }],
  ])('logs in with the password in a secret, %s, as it is at each connection', async (_, secret) => {
    const { url, certificate } = await startServer('second');
    cleanUp.push(trust(certificate));
    secrets
      .on(GetSecretValueCommand, { SecretId: secretArn })
      .resolvesOnce({ SecretString: JSON.stringify({ password: 'first' }) })
      .resolves({ SecretString: JSON.stringify(secret) });
    const redis = open({ url, secretArn });
    await expect(redis.run((client) => client.get('key'))).rejects.toMatchObject({
      name: 'CacheRefused',
      code: 'WRONGPASS',
    });
    expect(await redis.run((client) => client.get('key'))).toBeNull();
  });

  it('says nothing of a secret of another form but where it is wrong', async () => {
    const { url, certificate } = await startServer('second');
    cleanUp.push(trust(certificate));
    secrets.on(GetSecretValueCommand).resolves({ SecretString: '{ "passwort": "geheim" }' });
    const failure = await open({ url, secretArn })
      .run((client) => client.get('key'))
      .catch((error: Error) => error.cause);
    expect(String(failure)).toContain(`${secretArn} is no JSON of the form that is expected: password`);
  });

  it('gives nothing to a server that it does not trust', async () => {
    const { url } = await startServer('second');
    secrets.on(GetSecretValueCommand).resolves({ SecretString: '{ "password": "second" }' });
    const run = open({ url, secretArn }).run((client) => client.get('key'));
    await expect(run).rejects.toMatchObject({ cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } });
  });

  it('logs in as an IAM user with a token for the cache', async () => {
    const greeting = Promise.withResolvers<string[]>();
    const server = createServer((socket) => {
      socket.once('data', (bytes) => {
        greeting.resolve(bytes.toString().split('\r\n'));
        socket.destroy();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanUp.push(() => server.close());
    const certificate = selfSignedCertificate();
    const front = await startTlsFront(certificate, (server.address() as AddressInfo).port);
    cleanUp.push(trust(certificate), front.stop);
    const redis = open({ url: `rediss://localhost:${front.port}`, iam: { user: 'deleter', cache: 'Platform' } });
    await expect(redis.run((client) => client.get('key'))).rejects.toThrow();
    const words = await greeting.promise;
    const user = words.indexOf('deleter');
    expect(words[user - 2]).toBe('AUTH');
    expect(words[user + 2]).toMatch(/^platform\/\?Action=connect&User=deleter&X-Amz-Algorithm=AWS4-HMAC-SHA256&/);
  });
});
