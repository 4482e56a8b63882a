import middy from '@middy/core';
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type * as z from 'zod/mini';
import { createPowertoolsLog } from './adapters/powertools-log.ts';
import { AccountDisabled, Malformed } from './deletion/errors.ts';
import type { Log } from './deletion/ports.ts';
import { isUuid, parseVideoId, type VideoId } from './deletion/video-id.ts';
import { framed, type Invoked } from './invocation.ts';
import { MethodNotAllowed, problemJson } from './problem-json.ts';
import { ROUTES } from './routes.ts';

export type ApiEvent = APIGatewayProxyEventV2WithJWTAuthorizer;
export type Answer = { status: number; headers?: Record<string, string>; body: unknown };

/** What every function of the API connects: where it logs, and which claim of the token holds the user's id. */
export type ApiPorts = { log: Log; userIdClaim: string } & Invoked;

/** A function of the API: `answer` translates an event into a call of the domain and back; errors become problem+json. */
export function api<P extends ApiPorts>(connect: () => P, answer: (ports: P, event: ApiEvent) => Promise<Answer>) {
  let log: Log | undefined;
  return middy<ApiEvent, APIGatewayProxyStructuredResultV2>()
    .use(framed(connect))
    .use(problemJson(() => (log ??= createPowertoolsLog('ERROR'))))
    .handler(async (event) => {
      const ports = connect();
      log = ports.log;
      return resultOf(await answer(ports, event));
    });
}

function resultOf({ status, headers, body }: Answer): APIGatewayProxyStructuredResultV2 {
  const isText = typeof body === 'string';
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: isText ? body : JSON.stringify(body),
  };
}

/** The user that the verified token names. @throws {AccountDisabled} when it names none of the platform's */
export function callerOf(event: ApiEvent, { userIdClaim }: Pick<ApiPorts, 'userIdClaim'>): string {
  const claim = event.requestContext.authorizer?.jwt?.claims[userIdClaim];
  if (typeof claim !== 'string' || !isUuid(claim)) throw new AccountDisabled('This token names no account');
  return claim;
}

/** The video in the path. @throws {InvalidVideoId} */
export function videoOf(event: ApiEvent): VideoId {
  return parseVideoId(event.pathParameters?.videoId);
}

/** Refuses a body on a call that has none: whoever sends one means something that would not happen. @throws {Malformed} */
export function expectNoBody({ body }: ApiEvent): void {
  if (body) throw new Malformed('This call takes no body');
}

/** The query, parsed. @throws {Malformed} naming each parameter that is wrong or unknown, and what `expected` says of it */
export function queryOf<Query extends z.ZodMiniType>(
  event: ApiEvent,
  schema: Query,
  expected: Record<string, string>,
): z.infer<Query> {
  const { data, error } = schema.safeParse(event.queryStringParameters ?? {});
  if (!error) return data;
  const mistakes = error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys')
      return `unknown parameters, expected only ${Object.keys(expected).join(', ')}`;
    const name = String(issue.path[0]);
    return `${name} must be ${expected[name]}`;
  });
  throw new Malformed(mistakes.join('; '));
}

/**
 * Refuses a method that the path does not have, on its `ANY` route or on one that stands for it.
 * @throws {MethodNotAllowed}
 */
export function expectMethod({ routeKey }: ApiEvent): void {
  const [method, path] = routeKey.split(' ');
  const methods = ROUTES.flatMap((route) => (route.path === path && route.method !== 'ANY' ? [route.method] : []));
  if (!methods.some((one) => one === method)) throw new MethodNotAllowed(methods);
}
