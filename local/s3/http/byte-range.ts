import { S3Error } from './s3-error.ts';

/** The bytes from `from` up to, but not including, `to`. */
export type ByteRange = { from: number; to: number };

/**
 * The single range of a Range header. As in S3, several ranges or another form count as no range.
 * @throws {S3Error} InvalidRange when the range is outside of the object
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
