import type { IncomingMessage } from 'node:http';
import { readAwsChunked } from './aws-chunked.ts';
import { invalidArgument, S3Error } from './s3-error.ts';

/** S3's limit for a key, in bytes of UTF-8. */
const KEY_LIMIT = 1024;

/** What a request addresses, in path style only. `bucket` and `key` are empty if it names none. */
export type Target = {
  method: string;
  bucket: string;
  key: string;
  query: ReadonlyMap<string, string>;
  /** Names in lower case. As in S3, the `x-amz-…` parameters of a presigned URL count as headers. */
  headers: Readonly<Record<string, string>>;
};
export type S3Request = Target & { body: Buffer };

/** @throws {S3Error} InvalidURI, KeyTooLongError */
export function parseTarget(incoming: IncomingMessage): Target {
  const [path = '/', search = ''] = splitOnce(incoming.url ?? '/', '?');
  const [bucket = '', key = ''] = splitOnce(path.slice(1), '/');
  const target = { bucket: decode(bucket), key: decode(key) };
  if (Buffer.byteLength(target.key) > KEY_LIMIT) throw new S3Error('KeyTooLongError');
  const query = new Map<string, string>();
  const signed: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(search)) {
    if (/^x-amz-/i.test(name)) signed[name.toLowerCase()] = value;
    else query.set(name, value);
  }
  return { method: incoming.method ?? 'GET', ...target, query, headers: { ...signed, ...joined(incoming.headers) } };
}

/**
 * Reads the whole body into memory. Removes the framing of aws-chunked, and keeps its trailing headers.
 * @throws {S3Error} when the framing is broken
 */
export async function readRequest(incoming: IncomingMessage, target: Target): Promise<S3Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  if (!target.headers['x-amz-content-sha256']?.startsWith('STREAMING-')) return { ...target, body };
  const { data, trailers } = readAwsChunked(body);
  return { ...target, body: data, headers: { ...target.headers, ...trailers } };
}

/**
 * A whole number in the query, such as `max-keys`.
 * @throws {S3Error} InvalidArgument when it is not a whole number
 */
export function wholeNumber(request: Target, name: string, fallback: number): number {
  const value = request.query.get(name);
  if (!value) return fallback;
  if (!/^\d{1,10}$/.test(value)) throw invalidArgument(`Provided ${name} not an integer or within integer range`);
  return Number(value);
}

/** S3 reads a `+` in a path as a space, as in a form. A plus sign is `%2B`. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path.replaceAll('+', ' '));
  } catch {
    throw new S3Error('InvalidURI');
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function joined(headers: IncomingMessage['headers']): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(',') : value,
  ]);
  return Object.fromEntries(entries);
}
