import type { APIGatewayProxyResultV2 } from 'aws-lambda';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestGateway, type TestGateway, VIDEO } from '../../support/gateway.ts';

const TEN_MEBIBYTES = 10 * 1024 * 1024;
let gateway: TestGateway;
let errors: unknown[];

beforeEach(async () => {
  errors = [];
  gateway = await startTestGateway({ onError: (error) => errors.push(error) });
});
afterEach(() => gateway.stop());

function post(body: RequestInit['body']) {
  // A stream has no length, so it is sent in chunks; fetch wants `duplex` for it.
  return fetch(`${gateway.url}/api/v1/echo`, { method: 'POST', body, duplex: 'half' } as RequestInit);
}

test('the answer has the status, headers, cookies and bytes that the function gave', async () => {
  gateway.answerWith(async () => ({
    statusCode: 202,
    headers: { Location: '/there', 'retry-after': 5 },
    cookies: ['a=1', 'b=2'],
    body: Buffer.from([0, 255]).toString('base64'),
    isBase64Encoded: true,
  }));
  const answer = await fetch(`${gateway.url}/api/v1/open`);
  expect(answer.status).toBe(202);
  expect(answer.headers.get('location')).toBe('/there');
  expect(answer.headers.get('retry-after')).toBe('5');
  expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([0, 255]);
});

test('a result without a status is the body, as JSON', async () => {
  gateway.answerWith(async () => ({ plain: true }) as APIGatewayProxyResultV2);
  const answer = await fetch(`${gateway.url}/api/v1/open`);
  expect(answer.headers.get('content-type')).toBe('application/json');
  expect(await answer.json()).toEqual({ plain: true });
});

test('HEAD gets the headers and no body', async () => {
  const answer = await gateway.call('HEAD', VIDEO);
  expect(answer).toMatchObject({ status: 200, body: '' });
});

test('what a function throws is told to the operator, not to the caller', async () => {
  gateway.answerWith(() => Promise.reject(new Error('a secret')));
  const answer = await fetch(`${gateway.url}/api/v1/open`);
  expect([answer.status, await answer.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
  expect(errors).toEqual([new Error('a secret')]);
});

test('a body of 10 MiB passes, one byte more is 413', async () => {
  expect((await post(Buffer.alloc(TEN_MEBIBYTES))).status).toBe(200);
  const answer = await post(Buffer.alloc(TEN_MEBIBYTES + 1));
  expect([answer.status, await answer.text()]).toEqual([413, '{"message":"Request Entity Too Large"}']);
  expect(gateway.seen).toHaveLength(1);
});

test('a body that does not say its length is counted', async () => {
  expect((await post(new Blob([new Uint8Array(2 * TEN_MEBIBYTES)]).stream())).status).toBe(413);
  expect(gateway.seen).toHaveLength(0);
});

test('a name that is not loopback is refused: another site may have pointed its own here', async () => {
  expect((await gateway.call('DELETE', VIDEO, { host: 'evil.example' })).status).toBe(421);
  expect(gateway.seen).toHaveLength(0);
});

test('a port that is taken is an error, not a hang', async () => {
  const port = Number(new URL(gateway.url).port);
  await expect(startTestGateway({ port })).rejects.toThrow('EADDRINUSE');
});
