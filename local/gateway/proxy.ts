import { request as send } from 'node:http';
import { pipeline } from 'node:stream';
import type { Mount } from './gateway.ts';
import { refuse } from './response.ts';

/**
 * Forwards GET and HEAD below `prefix` to another server on this machine, with unchanged path and query, so that page
 * and videos share an origin. Answers 502 when that server does not answer.
 */
export function proxyTo(prefix: string, base: string): Mount {
  return (request, response) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || !request.url?.startsWith(prefix)) return false;
    const { host: _, authorization: __, ...headers } = request.headers;
    const upstream = send(base, { method: request.method, path: request.url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response, () => undefined);
    });
    upstream.on('error', () => {
      if (response.headersSent) response.destroy();
      else refuse(response, 502, 'Bad Gateway');
    });
    response.on('close', () => upstream.destroy());
    upstream.end();
    return true;
  };
}
