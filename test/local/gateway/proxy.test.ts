import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { proxyTo } from '../../../local/gateway/proxy.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';

let gateway: TestGateway;
const seen: { url?: string; range?: string; authorization?: string }[] = [];
const edge = createServer((request, response) => {
  const { range, authorization } = request.headers;
  seen.push({ url: request.url, range, authorization });
  response.writeHead(206, { 'content-type': 'video/mp2t', 'x-cache': 'Hit' }).end('bytes');
});

beforeAll(async () => {
  await new Promise<void>((resolve) => edge.listen(0, '127.0.0.1', resolve));
  gateway = await startTestGateway({
    mounts: [proxyTo('/videos/', `http://127.0.0.1:${(edge.address() as AddressInfo).port}`)],
  });
});
afterAll(async () => {
  await gateway.stop();
  edge.close();
});

test('a read passes through both ways, without the token', async () => {
  const headers = { range: 'bytes=0-4', authorization: 'Bearer secret' };
  const answer = await fetch(`${gateway.url}/videos/a%20b/720p/x.ts?v=1`, { headers });
  expect([answer.status, await answer.text()]).toEqual([206, 'bytes']);
  expect(answer.headers.get('x-cache')).toBe('Hit');
  expect(seen).toEqual([{ url: '/videos/a%20b/720p/x.ts?v=1', range: 'bytes=0-4', authorization: undefined }]);
});

test('nothing else does', async () => {
  const before = seen.length;
  const written = await fetch(`${gateway.url}/videos/x`, { method: 'DELETE' });
  const elsewhere = await fetch(`${gateway.url}/videos-private/x`);
  expect([written.status, elsewhere.status]).toEqual([404, 404]);
  expect(seen).toHaveLength(before);
});

test('an edge that is down is 502', async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const alone = await startTestGateway({ mounts: [proxyTo('/videos/', `http://127.0.0.1:${port}`)] });
  const answer = await fetch(`${alone.url}/videos/x`);
  await alone.stop();
  expect([answer.status, await answer.text()]).toEqual([502, '{"message":"Bad Gateway"}']);
});
