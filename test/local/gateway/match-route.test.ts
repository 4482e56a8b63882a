import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestGateway, type TestGateway, VIDEO } from '../../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
beforeEach(() => {
  gateway.seen.length = 0;
});
afterAll(() => gateway.stop());

test.each([
  ['DELETE', VIDEO, 'DELETE /api/v1/videos/{videoId}'],
  ['PATCH', VIDEO, 'ANY /api/v1/videos/{videoId}'],
  ['HEAD', VIDEO, 'ANY /api/v1/videos/{videoId}'],
  ['GET', '/api/v1/videos/newest', 'GET /api/v1/videos/newest'],
  ['DELETE', '/api/v1/videos/newest', 'DELETE /api/v1/videos/{videoId}'],
  ['GET', `${VIDEO}/deletion?a=1`, 'GET /api/v1/videos/{videoId}/deletion'],
])('%s %s is answered by %s', async (method, path, routeKey) => {
  expect((await gateway.call(method, path)).status).toBe(200);
  expect(gateway.seen.map(({ event }) => event.routeKey)).toEqual([routeKey]);
});

test.each([
  ['GET', '/api/v1/nothing'],
  ['POST', `${VIDEO}/deletion`],
  ['GET', `${VIDEO}/deletion/`],
  ['DELETE', '/api/v1/videos/'],
  ['DELETE', '/api/v1/videos//'],
  ['DELETE', '/api/v1/videos/a/b'],
  ['GET', '/api/v1/videos/x%2Fdeletion'],
  ['GET', '/api/v1/videos/x%2fdeletion'],
  ['DELETE', '/api/v1/videos%2Fx'],
  ['DELETE', '/api/v1/videos/..'],
  ['DELETE', '/api/v1/videos/%2e%2e'],
  ['DELETE', '/api/v1/echo/../videos/x'],
  ['DELETE', '/api/v1/videos/x%5Cy'],
  ['DELETE', '/api/v1/videos/x%00'],
  ['DELETE', '/api/v1/videos/%'],
  ['DELETE', '/api/v1/videos/%ff'],
  ['DELETE', 'http://127.0.0.1/api/v1/videos/x'],
])('%s %s has no route', async (method, path) => {
  const answer = await gateway.call(method, path);
  expect(answer).toMatchObject({ status: 404, body: '{"message":"Not Found"}' });
  expect(gateway.seen).toHaveLength(0);
});

test('path and parameters arrive decoded once', async () => {
  await gateway.call('DELETE', '/api/v1/videos/a%20b%252Fc');
  expect(gateway.seen[0]?.event).toMatchObject({
    rawPath: '/api/v1/videos/a b%2Fc',
    pathParameters: { videoId: 'a b%2Fc' },
  });
});
