import type { Mount } from '../gateway/gateway.ts';
import { sendJson } from '../gateway/response.ts';

/** `GET /config.json`: the page's configuration, which a deployment writes as a file next to the page. */
export function servePageConfiguration(configuration: { undoSeconds: number; playableWhileWaiting: boolean }): Mount {
  return (request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/config.json') return false;
    sendJson(response, 200, configuration, { 'cache-control': 'no-cache' });
    return true;
  };
}
