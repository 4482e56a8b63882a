import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Mount } from './gateway.ts';

const DESCRIPTION = join(import.meta.dirname, '../../docs/openapi.json');
const VIEWER = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
/** The viewer writes styles into its elements, which the page's policy forbids. It is served on one machine only. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API</title>
<link rel="stylesheet" href="/local/api/swagger-ui.css">
<body>
<div id="api"></div>
<script src="/local/api/swagger-ui-bundle.js"></script>
<script src="/local/api/start.js"></script>
</body>
</html>
`;
const START = "SwaggerUIBundle({ url: '/openapi.json', dom_id: '#api', deepLinking: true, validatorUrl: null });";

/** `GET /openapi.json`: the description of the API. `GET /local/api`: the same, to read and to try. */
export const serveDescription: Mount = ({ method, url = '' }, response) => {
  if (method !== 'GET') return false;
  const send = (type: string, body: string | Readable) => {
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': POLICY });
    if (typeof body === 'string') response.end(body);
    else body.pipe(response);
    return true;
  };
  if (url === '/openapi.json') return send('application/json', createReadStream(DESCRIPTION));
  if (url === '/local/api') return send('text/html', PAGE);
  if (url === '/local/api/start.js') return send('text/javascript', START);
  if (url === '/local/api/swagger-ui.css') return send('text/css', fileOf('swagger-ui.css'));
  if (url === '/local/api/swagger-ui-bundle.js') return send('text/javascript', fileOf('swagger-ui-bundle.js'));
  return false;
};

const fileOf = (name: string) => createReadStream(join(VIEWER, name));
