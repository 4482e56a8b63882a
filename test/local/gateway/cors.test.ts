import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway, VIDEO } from '../../support/gateway.ts';
import { sendRaw } from '../../support/http.ts';

const ORIGIN = 'https://videos.example';
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ allowedOrigins: [ORIGIN] });
});
afterAll(() => gateway.stop());

const preflight = (origin: string) =>
  sendRaw(gateway.url, 'OPTIONS', VIDEO, { origin, 'access-control-request-method': 'DELETE' });

test('a preflight from an allowed origin is answered without a token', async () => {
  const answer = await preflight(ORIGIN);
  expect(answer.status).toBe(204);
  expect(answer.headers).toMatchObject({
    'access-control-allow-origin': ORIGIN,
    'access-control-allow-methods': expect.stringContaining('DELETE'),
    'access-control-allow-headers': expect.stringContaining('authorization'),
  });
  expect(gateway.seen).toHaveLength(0);
});

test('another origin gets no permission', async () => {
  const answer = await preflight('https://evil.example');
  expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  expect(answer.headers).not.toHaveProperty('access-control-allow-methods');
});

test('an allowed origin may read the answer, a refusal too', async () => {
  const answer = await sendRaw(gateway.url, 'DELETE', VIDEO, { origin: ORIGIN });
  expect(answer.status).toBe(401);
  expect(answer.headers['access-control-allow-origin']).toBe(ORIGIN);
});

test('what a function says about origins is ignored', async () => {
  gateway.answerWith(async () => ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*' } }));
  expect((await gateway.call('DELETE', VIDEO)).headers).not.toHaveProperty('access-control-allow-origin');
});

test('OPTIONS that is no preflight goes to the routes', async () => {
  expect((await sendRaw(gateway.url, 'OPTIONS', VIDEO)).status).toBe(401);
});
