import { createReadStream, realpathSync, statSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream';
import type { Mount } from './gateway.ts';
import { segmentsOf } from './match-route.ts';

const CONTENT_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** A player that uses Media Source Extensions plays from a `blob:` URL. */
const SECURITY_HEADERS = {
  'content-security-policy': [
    "default-src 'self'",
    "img-src 'self' blob:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/**
 * Serves a folder to GET and HEAD, with `index.html` for `/`. It serves nothing outside of the folder, not even through
 * links.
 */
export function serveFolder(folder: string): Mount {
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const file = fileFor(folder, segmentsOf(request.url ?? '/'));
    if (!file) return false;
    // Vite puts a hash of the content into file names in assets/, so such a file never changes.
    const isHashed = file.path.includes(`${sep}assets${sep}`);
    response.writeHead(200, {
      'content-type': CONTENT_TYPES[extname(file.path)] ?? 'application/octet-stream',
      'content-length': file.size,
      'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      ...SECURITY_HEADERS,
    });
    if (request.method === 'HEAD') response.end();
    else pipeline(createReadStream(file.path), response, () => undefined);
    return true;
  };
}

function fileFor(folder: string, segments: string[] | undefined): { path: string; size: number } | undefined {
  if (!segments) return undefined;
  const isRoot = segments.length === 1 && segments[0] === '';
  try {
    const root = realpathSync(folder);
    const path = realpathSync(join(root, ...(isRoot ? ['index.html'] : segments)));
    const stat = statSync(path);
    return path.startsWith(root + sep) && stat.isFile() ? { path, size: stat.size } : undefined;
  } catch {
    return undefined;
  }
}
