import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway, VIDEO } from '../../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

test('an event has the shape of payload format 2.0', async () => {
  const headers = { Cookie: 'one=1; two=2', 'X-Thing': 'yes', 'User-Agent': 'me' };
  await gateway.call('DELETE', `${VIDEO}?a=1&a=2&b=x%20y`, headers);
  const event = gateway.seen.at(-1)?.event;
  expect(event).toMatchObject({
    version: '2.0',
    rawPath: VIDEO,
    rawQueryString: 'a=1&a=2&b=x%20y',
    queryStringParameters: { a: '1,2', b: 'x y' },
    cookies: ['one=1', 'two=2'],
    headers: { 'x-thing': 'yes', host: new URL(gateway.url).host },
    requestContext: { http: { method: 'DELETE', path: VIDEO, sourceIp: '127.0.0.1', userAgent: 'me' } },
    isBase64Encoded: false,
  });
  expect(event).not.toHaveProperty('body');
  expect(event?.headers).not.toHaveProperty('cookie');
  expect(event?.requestContext.time).toMatch(/^\d{2}\/[A-Z][a-z]{2}\/\d{4}:[\d:]{8} \+0000$/);
});

test('what a request does not have, its event does not have either', async () => {
  await fetch(`${gateway.url}/api/v1/open`);
  const event = gateway.seen.at(-1)?.event;
  expect(event?.rawQueryString).toBe('');
  for (const name of ['queryStringParameters', 'pathParameters', 'cookies', 'body'])
    expect(event).not.toHaveProperty(name);
});

test.each([
  ['application/json', '{"a":"ä"}', false],
  ['application/problem+json', '{}', false],
  ['application/x-www-form-urlencoded', Buffer.from('a=1').toString('base64'), true],
])('a body of %s arrives', async (type, expected, isBase64Encoded) => {
  const body = isBase64Encoded ? Buffer.from(expected, 'base64') : expected;
  await fetch(`${gateway.url}/api/v1/echo`, { method: 'POST', headers: { 'content-type': type }, body });
  expect(gateway.seen.at(-1)?.event).toMatchObject({ body: expected, isBase64Encoded });
});

test('the context tells the time that is left', async () => {
  await gateway.call('DELETE', VIDEO);
  const context = gateway.seen.at(-1)?.context;
  expect(context?.getRemainingTimeInMillis()).toBeGreaterThan(0);
  expect(context?.getRemainingTimeInMillis()).toBeLessThanOrEqual(30_000);
  expect(context?.awsRequestId).toMatch(/^[0-9a-f-]{36}$/);
});
