import type { StoredHeaders } from '../store/model.ts';

const KEPT = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

/** Equal sets of headers share one object, because a bucket has millions of objects and few different sets. */
const shared = new Map<string, StoredHeaders>();
const SHARED_LIMIT = 1000;

/** The headers of an upload that S3 stores with the object: the standard ones of HTTP, and the caller's metadata. */
export function keptHeaders(headers: Readonly<Record<string, string>>): StoredHeaders {
  const kept: Record<string, string> = {};
  for (const name of KEPT) {
    const value = name === 'content-encoding' ? withoutFraming(headers[name]) : headers[name];
    if (value) kept[name] = value;
  }
  for (const [name, value] of Object.entries(headers)) if (name.startsWith('x-amz-meta-')) kept[name] = value;
  return sharedHeaders(kept);
}

function sharedHeaders(headers: StoredHeaders): StoredHeaders {
  const form = JSON.stringify(headers);
  const known = shared.get(form);
  if (known) return known;
  if (shared.size < SHARED_LIMIT) shared.set(form, headers);
  return headers;
}

/** `aws-chunked` describes how the body was sent, not the body itself. */
const withoutFraming = (encoding: string | undefined) =>
  encoding
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== 'aws-chunked')
    .join(',');
