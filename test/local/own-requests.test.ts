import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDynamoDb } from '../../local/dynamodb/dynamodb.ts';
import { listenOnLoopback } from '../../local/loopback.ts';
import { startS3 } from '../../local/s3/start.ts';
import { startSqs } from '../../local/sqs/sqs.ts';

type Started = { url: string; stop(): Promise<unknown> };
const STAND_INS: Record<string, () => Promise<Started>> = {
  'the table': async () => {
    const { endpoint, stop } = await startDynamoDb();
    return { url: endpoint, stop };
  },
  'the bucket': async () => {
    const { endpoint, stop } = await startS3({ buckets: [{ name: 'videos' }] });
    return { url: `${endpoint}/videos`, stop };
  },
  'the queue': async () => {
    const { endpoint, stop } = await startSqs();
    return { url: endpoint, stop };
  },
  'the others': async () => {
    const { url, close } = await listenOnLoopback(async () => ({ status: 200, body: 'answered' }));
    return { url, stop: close };
  },
};

/** `fetch` does not let anybody set these headers. */
function statusFor(url: string, method: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    call.once('error', reject).end();
  });
}

describe.each(Object.entries(STAND_INS))('%s', (_name, start) => {
  let standIn: Started;
  beforeAll(async () => {
    standIn = await start();
  });
  afterAll(() => standIn.stop());

  test.each(['GET', 'POST', 'OPTIONS', 'DELETE'])('answers no %s under a foreign name', async (method) => {
    const { port } = new URL(standIn.url);
    expect(await statusFor(standIn.url, method, { host: `rebound.example:${port}` })).toBe(421);
    expect(await statusFor(standIn.url, method, { host: `127.0.0.1.rebound.example:${port}` })).toBe(421);
  });

  test.each(['GET', 'POST', 'OPTIONS', 'DELETE'])('answers no %s of a page of another origin', async (method) => {
    for (const origin of ['https://example.com', 'http://127.0.0.1:1', 'null'])
      expect(await statusFor(standIn.url, method, { origin })).toBe(403);
  });

  test('answers programs, and its own pages', async () => {
    const { origin, port } = new URL(standIn.url);
    const asked: Record<string, string>[] = [{}, { origin }, { host: `localhost:${port}` }];
    for (const headers of [...asked, { host: `123456789012.localhost:${port}` }])
      expect([403, 421]).not.toContain(await statusFor(standIn.url, 'GET', headers));
  });
});
