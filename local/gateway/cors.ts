import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Adds the CORS headers for a request from an allowed origin. It answers a preflight request itself, before any
 * authorizer runs, as API Gateway does.
 * @returns true when it has answered
 */
export function applyCors(request: IncomingMessage, response: ServerResponse, allowedOrigins: readonly string[]) {
  const { origin } = request.headers;
  if (allowedOrigins.length === 0 || origin === undefined) return false;
  const isAllowed = allowedOrigins.includes(origin);
  if (isAllowed) {
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-expose-headers', 'location,retry-after,www-authenticate');
    response.setHeader('vary', 'origin');
  }
  if (request.method !== 'OPTIONS' || !request.headers['access-control-request-method']) return false;
  if (isAllowed) {
    response.setHeader('access-control-allow-methods', 'GET,POST,PUT,DELETE');
    response.setHeader('access-control-allow-headers', 'authorization,content-type');
    response.setHeader('access-control-max-age', '300');
  }
  response.writeHead(204).end();
  return true;
}
