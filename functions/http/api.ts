import middy from '@middy/core';
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type * as z from 'zod/mini';
import { AccountDisabled, Malformed } from '../deletion/errors.ts';
import type { Log } from '../deletion/ports.ts';
import { isUuid, parseVideoId, type VideoId } from '../deletion/video-id.ts';
import { framed, type Invoked } from '../stores/powertools/invocation.ts';
import { createPowertoolsLog } from '../stores/powertools/powertools-log.ts';
import { MethodNotAllowed, problemJson } from './problem-json.ts';
import { ROUTES } from './routes.ts';

export type ApiEvent = APIGatewayProxyEventV2WithJWTAuthorizer;
export type Answer = { status: number; headers?: Record<string, string>; body: unknown };

/** What every function of the API needs: a log, and the name of the token's claim with the user id. */
export type ApiPorts = { log: Log; userIdClaim: string } & Invoked;

/**
 * A function of the API. `answer` translates the event into a call of the domain, and its result back; errors become
 * problem+json.
 */
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

/** The id of the user in the verified token. @throws {AccountDisabled} when the token contains none */
export function callerOf(event: ApiEvent, { userIdClaim }: Pick<ApiPorts, 'userIdClaim'>): string {
  const claim = event.requestContext.authorizer?.jwt?.claims[userIdClaim];
  if (typeof claim !== 'string' || !isUuid(claim)) throw new AccountDisabled('This token names no account');
  return claim;
}

/** When the request arrived at the API, by its own clock. */
export function arrivalOf({ requestContext: { timeEpoch } }: ApiEvent): Date | undefined {
  return Number.isSafeInteger(timeEpoch) ? new Date(timeEpoch) : undefined;
}

/** The video in the path. @throws {InvalidVideoId} */
export function videoOf(event: ApiEvent): VideoId {
  return parseVideoId(event.pathParameters?.videoId);
}

/**
 * Refuses a body on a call that takes none: it would have no effect, and its sender expects one. @throws {Malformed}
 */
export function expectNoBody({ body }: ApiEvent): void {
  if (body) throw new Malformed('This call takes no body');
}

/** By member of a query or a body: the expected form, as error messages state it. */
type Expected = Record<string, string>;

/** The parsed query. @throws {Malformed} with each parameter that is wrong or unknown, and its expected form */
export function queryOf<Query extends z.ZodMiniType>(
  event: ApiEvent,
  schema: Query,
  expected: Expected,
): z.infer<Query> {
  return parsed(schema, event.queryStringParameters ?? {}, { expected, what: 'parameters' });
}

/**
 * The body, parsed as JSON whatever its media type.
 * @throws {Malformed} with the members that are wrong or unknown, in a list by their index, and their expected form
 */
export function bodyOf<Body extends z.ZodMiniType>(event: ApiEvent, schema: Body, expected: Expected): z.infer<Body> {
  return parsed(schema, jsonIn(event), { expected, what: 'members of the body' });
}

/** The longest body that is parsed, in characters. A hundred ids take 4,000. */
const LONGEST_BODY = 16_384;

function jsonIn({ body = '', isBase64Encoded }: ApiEvent): unknown {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
  if (text.length > LONGEST_BODY) throw new Malformed(`The body must have at most ${LONGEST_BODY} characters`);
  try {
    return JSON.parse(text);
  } catch {
    throw new Malformed('The body must be JSON');
  }
}

/** The most mistakes that one answer names. */
const MOST_MISTAKES = 5;

function parsed<Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
  { expected, what }: { expected: Expected; what: string },
): z.infer<Schema> {
  const { data, error } = schema.safeParse(value);
  if (!error) return data;
  const names = Object.keys(expected).join(', ');
  const mistakes = error.issues.slice(0, MOST_MISTAKES).map(({ code, path: [name, position] }) => {
    if (code === 'unrecognized_keys') return `unknown ${what}, expected only ${names}`;
    if (name === undefined) return `the body must be a JSON object with ${names}`;
    const mistake = `${String(name)} must be ${expected[String(name)]}`;
    return position === undefined ? mistake : `${String(name)}[${String(position)}] is wrong: ${mistake}`;
  });
  throw new Malformed(mistakes.join('; '));
}

/**
 * Refuses a method that the path does not have. Works on the path's `ANY` route and on its other routes.
 * @throws {MethodNotAllowed}
 */
export function expectMethod({ routeKey }: ApiEvent): void {
  const [method, path] = routeKey.split(' ');
  const methods = ROUTES.flatMap((route) => (route.path === path && route.method !== 'ANY' ? [route.method] : []));
  if (!methods.some((one) => one === method)) throw new MethodNotAllowed(methods);
}
