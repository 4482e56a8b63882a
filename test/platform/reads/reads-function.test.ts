import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { userIdOf } from '../../../platform/seed/accounts.ts';
import { readyVideosOf } from '../../support/api-client.ts';
import { apiEvent } from '../../support/api-event.ts';
import { templatesOf } from '../../support/synthesised.ts';
import { openSystem, type TestSystem } from '../../support/system.ts';

let system: TestSystem;
let call: (routeKey: string, videoId?: string) => Promise<APIGatewayProxyStructuredResultV2>;
beforeAll(async () => {
  system = await openSystem();
  // It connects when it is loaded, to what the environment says by then.
  const { handler } = await import('../../../platform/reads/reads-function.ts');
  call = (routeKey, videoId) => {
    const event = apiEvent(routeKey, { as: 'ana', ...(videoId && { videoId }) });
    return handler(event as unknown as APIGatewayProxyEventV2WithJWTAuthorizer);
  };
});
afterAll(() => system.stop());

it('serves every route that its API has, and the page what it needs', async () => {
  const me = await call('GET /api/v1/users/me');
  expect(JSON.parse(me.body ?? '')).toMatchObject({ id: userIdOf('ana'), username: 'ana' });
  const own = await call('GET /api/v1/users/me/videos');
  const ids = JSON.parse(own.body ?? '').videos.map(({ id }: { id: string }) => id);
  expect(ids).toEqual(expect.arrayContaining(readyVideosOf('ana')));
  const routes = Object.values(templatesOf('dev').platform?.findResources('AWS::ApiGatewayV2::Route') ?? {});
  expect(routes).toHaveLength(4);
  for (const { Properties } of routes)
    expect((await call(Properties.RouteKey, readyVideosOf('ben')[0])).statusCode, Properties.RouteKey).toBe(200);
});

it('asks for a token exactly where the answer depends on the caller', () => {
  const routes = Object.values(templatesOf('dev').platform?.findResources('AWS::ApiGatewayV2::Route') ?? {});
  const guarded = routes.filter(({ Properties }) => Properties.AuthorizationType === 'JWT');
  expect(guarded.map(({ Properties }) => Properties.RouteKey).sort()).toEqual([
    'GET /api/v1/users/me',
    'GET /api/v1/users/me/videos',
  ]);
});
