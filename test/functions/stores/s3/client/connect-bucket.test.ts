import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetBucketVersioningCommand } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectBucket } from '../../../../../functions/stores/s3/client/connect-bucket.ts';

const secretArn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:storage-a1b2c3';
const secrets = mockClient(SecretsManagerClient);
afterAll(() => secrets.restore());
const requests: IncomingMessage[] = [];
const server = createServer((request, response) => {
  requests.push(request);
  response.end('<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>');
});
let endpoint: string;

beforeEach(async () => {
  secrets.reset();
  secrets.on(GetSecretValueCommand, { SecretId: secretArn }).callsFake(() => ({
    SecretString: JSON.stringify({ accessKeyId: `KEY${secrets.calls().length}`, secretAccessKey: 'key' }),
  }));
  requests.length = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'ROLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'key');
});
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const ask = new GetBucketVersioningCommand({ Bucket: 'videos' });
const signedBy = () => requests.map(({ headers }) => headers.authorization?.match(/Credential=(.*?\/.*?\/.*?)\//)?.[1]);

describe('connectBucket', () => {
  it('signs with the keys in the secret, for no region, and names the bucket in the path', async () => {
    const client = connectBucket({ endpoint, secretArn });
    await client.send(ask);
    expect(requests[0]?.url).toMatch(/^\/videos\/?\?versioning/);
    expect(signedBy()).toEqual([expect.stringMatching(/^KEY1\/\d{8}\/auto$/)]);
  });

  it('keeps the keys, and reads them again when they may have been rotated', async () => {
    const client = connectBucket({ endpoint, secretArn });
    await client.send(ask);
    await client.send(ask);
    expect(secrets.calls()).toHaveLength(1);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11 * 60_000 });
    await client.send(ask);
    expect(signedBy().at(-1)).toMatch(/^KEY2\//);
  });

  it('signs as the function itself where there is no secret', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_S3', endpoint);
    await connectBucket({}).send(ask);
    expect(requests[0]?.url).toMatch(/^\/videos\/?\?versioning/);
    expect(signedBy()).toEqual([expect.stringMatching(/^ROLE\/\d{8}\/eu-central-1$/)]);
  });
});
