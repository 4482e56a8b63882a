import { S3Error } from './s3-error.ts';

/** From the first byte up to but without `to`. */
export type ByteRange = { from: number; to: number };

/**
 * The one range of a Range header. Several ranges, or something else, count as no range, as in S3.
 * @throws {S3Error} InvalidRange when it lies outside of the object
 */
export function parseByteRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  const [, first, last] = match ?? [];
  if (!match || (first === '' && last === '') || (first !== '' && last !== '' && Number(last) < Number(first))) {
    return undefined;
  }
  const from = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const to = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  if (from < to) return { from, to };
  throw new S3Error('InvalidRange', { headers: { 'content-range': `bytes */${size}` } });
}
