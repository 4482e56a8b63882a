import type { LoopbackAnswer, LoopbackRequest } from '../loopback.ts';
import type { EdgeCache, OriginAnswer } from './edge-cache.ts';
import type { EdgeGate } from './gate.ts';

/** The origin's headers that reach the viewer. */
const PASSED_ON = ['content-type', 'cache-control', 'etag', 'last-modified'];

/**
 * Answers viewers from the cache: GET and HEAD, one byte range, from any web origin. A request that the gate refuses
 * never reaches the cache.
 */
export function answerViewers(cache: EdgeCache, gate?: EdgeGate) {
  return async (request: LoopbackRequest): Promise<LoopbackAnswer> => {
    const { method, path, headers } = request;
    if (method === 'OPTIONS') return { status: 204, headers: { ...CORS, 'access-control-allow-methods': 'GET, HEAD' } };
    if (method !== 'GET' && method !== 'HEAD') return refusal();
    const refused = await gate?.(request);
    if (refused) return { ...refused, headers: { ...CORS, ...refused.headers } };
    const { answer, age } = await cache.get(path);
    const common = { ...CORS, ...headersOf(answer), ...cacheHeaders(answer, age) };
    const { status, headers: own, body } = cut(answer, headers.range);
    return { status, headers: { ...common, ...own, 'content-length': String(body.length) }, body };
  };
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'range',
  'access-control-expose-headers': 'x-cache, age, content-range, content-length',
};

/** `X-Cache` with CloudFront's values, and the age of a copy in seconds. */
function cacheHeaders({ status }: OriginAnswer, age: number | undefined): Record<string, string> {
  const verdict = age === undefined ? 'Miss' : 'Hit';
  const aged: Record<string, string> = age === undefined ? {} : { age: String(age) };
  return { 'x-cache': `${status >= 400 ? 'Error' : verdict} from cloudfront`, ...aged };
}

function headersOf({ headers }: OriginAnswer): Record<string, string> {
  const passedOn = PASSED_ON.flatMap((name) => (headers[name] ? [[name, headers[name]]] : []));
  return { 'accept-ranges': 'bytes', ...Object.fromEntries(passedOn) };
}

type Cut = { status: number; headers: Record<string, string>; body: Uint8Array };

/** The part that `Range` requests (RFC 9110). A header in another form is ignored, as the RFC allows. */
function cut({ status, body }: OriginAnswer, range: string | undefined): Cut {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (status !== 200 || (from === '' && to === '')) return { status, headers: {}, body };
  const start = from === '' ? Math.max(0, body.length - Number(to)) : Number(from);
  const end = from === '' || to === '' ? body.length : Math.min(body.length, Number(to) + 1);
  if (start >= end) return { status: 416, headers: { 'content-range': `bytes */${body.length}` }, body: Buffer.of() };
  const headers = { 'content-range': `bytes ${start}-${end - 1}/${body.length}` };
  return { status: 206, headers, body: body.subarray(start, end) };
}

function refusal(): LoopbackAnswer {
  return { status: 403, headers: { ...CORS, 'x-cache': 'Error from cloudfront' }, body: 'GET and HEAD only' };
}
