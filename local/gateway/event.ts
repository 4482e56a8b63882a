import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2WithJWTAuthorizer, Context } from 'aws-lambda';

/**
 * A route without an authorizer has none in its event either. This is how AWS behaves, although the type says
 * otherwise.
 */
export type HttpApiEvent = APIGatewayProxyEventV2WithJWTAuthorizer;

export type EventParts = {
  routeKey: string;
  segments: string[];
  pathParameters: Record<string, string>;
  claims?: Record<string, string>;
  body: Buffer;
};

/** The event that an HTTP API sends to a function, payload format 2.0. */
export function buildEvent(request: IncomingMessage, parts: EventParts): HttpApiEvent {
  const rawQueryString = request.url?.split('?').slice(1).join('?') ?? '';
  const query = joined(new URLSearchParams(rawQueryString));
  const cookies = request.headers.cookie?.split(';').map((cookie) => cookie.trim());
  return {
    version: '2.0',
    routeKey: parts.routeKey,
    rawPath: `/${parts.segments.join('/')}`,
    rawQueryString,
    ...(cookies && { cookies }),
    headers: headersOf(request.headers),
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    ...(Object.keys(parts.pathParameters).length > 0 && { pathParameters: parts.pathParameters }),
    requestContext: requestContextOf(request, parts),
    ...bodyOf(parts.body, request.headers['content-type']),
  };
}

function requestContextOf(request: IncomingMessage, { routeKey, segments, claims }: EventParts) {
  const now = new Date();
  const domainName = request.headers.host ?? 'localhost';
  const context = {
    accountId: '000000000000',
    apiId: 'local',
    ...(claims && { authorizer: { jwt: { claims, scopes: null } } }),
    domainName,
    domainPrefix: domainName.split('.')[0] ?? '',
    http: {
      method: request.method ?? 'GET',
      path: `/${segments.join('/')}`,
      protocol: `HTTP/${request.httpVersion}`,
      sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
      userAgent: request.headers['user-agent'] ?? '',
    },
    requestId: randomUUID(),
    routeKey,
    stage: '$default',
    time: clfTime(now),
    timeEpoch: now.getTime(),
  };
  return context as HttpApiEvent['requestContext'];
}

/** Repeated parameters are joined with commas. */
function joined(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(',')]));
}

/** Header names are in lower case, repeated headers are joined with commas, and cookies have their own field. */
function headersOf({ cookie: _, ...headers }: IncomingHttpHeaders): Record<string, string> {
  const named = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(named.map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : `${value}`]));
}

/** Text is passed as it is. Everything else, including forms, is encoded in base64. */
function bodyOf(body: Buffer, contentType = 'text/plain'): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const isText = /^(text\/|application\/([\w.-]+\+)?(json|xml|javascript)\b)/i.test(contentType);
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}

/** A time like `22/Nov/2026:10:00:00 +0000`. */
function clfTime(at: Date): string {
  const [, day, month, year, time] = at.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}

/** The context of a function that an HTTP API calls. It may take 30 s, the longest integration timeout. */
export function buildContext(functionName: string): Context {
  const deadline = Date.now() + 30_000;
  const unsupported = () => {
    throw new Error('The callback style ended with Node.js 24: return a promise');
  };
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    memoryLimitInMB: '512',
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: unsupported,
    fail: unsupported,
    succeed: unsupported,
  };
}
