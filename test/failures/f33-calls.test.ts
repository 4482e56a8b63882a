import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Ports } from '../../functions/deletion/ports.ts';
import type { ApiEvent } from '../../functions/http/api.ts';
import { ROUTES, type Route } from '../../functions/http/routes.ts';
import { connectHandlers } from '../../local/handlers/handlers.ts';
import { lambdaContext } from '../../local/handlers/lambda-context.ts';
import type { LocalPorts } from '../../local/local-ports.ts';
import { openMemoryWorld } from '../support/memory-world.ts';
import { badCall } from './hostile-input.ts';

const RUNS = 60;
type BadCall = typeof badCall extends fc.Arbitrary<infer Call> ? Call : never;

/** What a stranger may be told. Nothing here is an internal error. */
const ANSWERS = [200, 202, 400, 403, 404, 405];

function eventOf({ method, path }: Route, call: BadCall, stranger: string): ApiEvent {
  const { videoId, body, query, headers, isBase64Encoded } = call;
  const sub = call.sub === 'stranger' ? stranger : call.sub;
  return {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath: path.replace('{videoId}', `${videoId}`),
    rawQueryString: '',
    headers,
    isBase64Encoded,
    ...(body !== undefined && { body }),
    ...(query && { queryStringParameters: query }),
    ...(videoId !== undefined && { pathParameters: { videoId } }),
    requestContext: { http: { method: method === 'ANY' ? 'PATCH' : method }, authorizer: { jwt: { claims: { sub } } } },
  } as unknown as ApiEvent;
}

/** The API's functions between these ports; what the local system connects beside them, they do not use. */
const handlersOf = (ports: Ports) =>
  connectHandlers({ ...ports, userIdClaim: 'sub', close: async () => {} } as LocalPorts);

test.for(ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))(
  'F33 %s with bodies, paths, queries and claims of every kind: refused, and nothing is touched or logged',
  { timeout: 120_000 },
  async ([, route], { annotate }) => {
    const world = openMemoryWorld();
    await world.video();
    const stranger = await world.user();
    const logged: unknown[] = [];
    const log = (...line: unknown[]) => void logged.push(line);
    const handler = handlersOf({ ...world.ports, log: { info: log, warn: log, error: log } })[route.function];
    const before = world.lines();
    const statuses: Record<number, number> = {};
    const property = fc.asyncProperty(badCall, async (call) => {
      const context = lambdaContext({ name: route.function, timeoutSeconds: 25 });
      const answer = (await handler(eventOf(route, call, stranger), context)) as APIGatewayProxyStructuredResultV2;
      const status = answer.statusCode ?? 0;
      statuses[status] = (statuses[status] ?? 0) + 1;
      expect(ANSWERS).toContain(status);
      const { instance: _, ...body } = JSON.parse(answer.body ?? '');
      if (status >= 400)
        expect(Object.keys(body).toSorted()).toEqual(expect.arrayContaining(['status', 'title', 'type']));
      expect(JSON.stringify(body).length, 'what was sent is not sent back').toBeLessThan(4_000);
    });
    await fc.assert(property, { numRuns: RUNS });
    expect(world.lines()).toEqual(before);
    expect(logged).toEqual([]);
    const counts = Object.entries(statuses).map(([status, count]) => `${count} × ${status}`);
    await annotate(`${RUNS} calls: ${counts.join(', ')}; nothing touched, nothing logged`);
  },
);

test('F33 half a character in the path: refused as any other id that is none', async ({ annotate }) => {
  const { ports } = openMemoryWorld();
  const [route] = ROUTES as [Route];
  const nothing = { body: undefined, query: undefined, headers: {}, isBase64Encoded: false, sub: 'stranger' as const };
  const event = eventOf(route, { videoId: '\ud800', ...nothing }, randomUUID());
  const context = lambdaContext({ name: route.function, timeoutSeconds: 25 });
  expect(await handlersOf(ports)[route.function](event, context)).toMatchObject({ statusCode: 400 });
  await annotate('a lone surrogate where an id belongs: 400');
});
