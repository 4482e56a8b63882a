import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyResultV2, Context } from 'aws-lambda';
import { isThrottledApart, type Route } from '../../functions/http/routes.ts';
import { isToThisMachine } from '../own-requests.ts';
import { applyCors } from './cors.ts';
import { buildContext, buildEvent, type HttpApiEvent } from './event.ts';
import { type Authorize, createJwtAuthorizer, type JwtSettings } from './jwt-authorizer.ts';
import { matchRoute, segmentsOf } from './match-route.ts';
import { readBody } from './read-body.ts';
import { refuse, sendResult } from './response.ts';
import { serveFolder } from './statics.ts';
import { ACCOUNT_THROTTLE, createThrottle, type ThrottleSettings } from './throttle.ts';

/** A route and its function. */
export type GatewayRoute = Pick<Route, 'path' | 'authorizer'> & {
  method: string;
  handler: (event: HttpApiEvent, context: Context) => Promise<APIGatewayProxyResultV2 | undefined>;
};

/** Another handler on the same port. It answers and returns true, or returns false and leaves the response alone. */
export type Mount = (request: IncomingMessage, response: ServerResponse) => boolean;

export type GatewayOptions = {
  /** 0 or absent: any free port. */
  port?: number;
  routes: readonly GatewayRoute[];
  jwt: JwtSettings;
  /** Origins, besides the gateway's own, that a browser may call from. */
  allowedOrigins?: readonly string[];
  throttle?: ThrottleSettings;
  /** Handlers that are tried in order when no route matches. */
  mounts?: readonly Mount[];
  /** A folder of static files, tried last. */
  statics?: string;
  /** Called with the error that a function threw. The caller does not see it. */
  onError?: (error: unknown) => void;
};

/**
 * Stands in for an HTTP API with a JWT authorizer (payload format 2.0), and serves the page. It listens on loopback
 * only. Its refusals have API Gateway's fixed bodies: 401, 404, 413, 429 and 500 with `{"message": …}`.
 */
export async function startGateway(options: GatewayOptions): Promise<{ url: string; stop(): Promise<void> }> {
  const authorize = createJwtAuthorizer(options.jwt);
  const takeToken = throttleByRoute(options.throttle ?? ACCOUNT_THROTTLE);
  const others = [...(options.mounts ?? []), ...(options.statics ? [serveFolder(options.statics)] : [])];
  const server = createServer((request, response) => {
    answer(request, response, { ...options, authorize, takeToken, others }).catch((error) => {
      options.onError?.(error);
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'Internal Server Error');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Parts = GatewayOptions & {
  authorize: Authorize;
  takeToken: (route: GatewayRoute) => boolean;
  others: readonly Mount[];
};

/** One share for all routes together, and one for each that is throttled apart. */
function throttleByRoute(settings: ThrottleSettings): (route: GatewayRoute) => boolean {
  const shares = new Map<string, () => boolean>();
  return ({ method, path }) => {
    const key = isThrottledApart({ method: method as Route['method'], path }) ? `${method} ${path}` : '';
    const take = shares.get(key) ?? createThrottle(settings);
    shares.set(key, take);
    return take();
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, parts: Parts): Promise<void> {
  // A foreign name must not reach the accounts. Pages of other origins may call the API, if their origins are allowed.
  if (!isToThisMachine(request)) return refuse(response, 421, 'Misdirected Request');
  if (applyCors(request, response, parts.allowedOrigins ?? [])) return;
  const segments = segmentsOf(request.url ?? '/');
  const match = segments && matchRoute(parts.routes, request.method ?? 'GET', segments);
  if (match) return invoke(request, response, { ...parts, ...match, segments });
  if (parts.others.some((mount) => mount(request, response))) return;
  refuse(response, 404, 'Not Found');
}

type Matched = Parts & { route: GatewayRoute; pathParameters: Record<string, string>; segments: string[] };

async function invoke(request: IncomingMessage, response: ServerResponse, parts: Matched): Promise<void> {
  const { route, segments, pathParameters } = parts;
  const verdict =
    route.authorizer === 'jwt' ? await parts.authorize(request.headers.authorization) : { claims: undefined };
  if ('challenge' in verdict) {
    return refuse(response, 401, 'Unauthorized', { 'www-authenticate': verdict.challenge });
  }
  // A request without a valid token costs nobody's share.
  if (!parts.takeToken(route)) return refuse(response, 429, 'Too Many Requests');
  const body = await readBody(request);
  if (!body) return refuse(response, 413, 'Request Entity Too Large');
  const routeKey = `${route.method} ${route.path}`;
  const event = buildEvent(request, { routeKey, segments, pathParameters, body, ...verdict });
  sendResult(response, await route.handler(event, buildContext(routeKey)));
}
