import { S3Error } from './s3-error.ts';

const LINE_END = '\r\n';

/**
 * Decodes aws-chunked framing (`size[;chunk-signature=…] CRLF bytes CRLF …`). The SDK uses it for bodies with a
 * checksum in a trailer. Signatures are not verified.
 * @returns the bytes, and the trailing headers (names in lower case)
 * @throws {S3Error} InvalidRequest when a chunk is cut off
 */
export function readAwsChunked(framed: Buffer): { data: Buffer; trailers: Record<string, string> } {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = framed.indexOf(LINE_END, at);
    const size = end < 0 ? Number.NaN : Number.parseInt(framed.toString('latin1', at, end), 16);
    const start = end + LINE_END.length;
    if (Number.isNaN(size) || start + size > framed.length) {
      throw new S3Error('InvalidRequest', { message: 'The body ends before its last chunk' });
    }
    if (size === 0) return { data: Buffer.concat(chunks), trailers: readTrailers(framed.toString('latin1', start)) };
    chunks.push(framed.subarray(start, start + size));
    at = start + size + LINE_END.length;
  }
}

function readTrailers(text: string): Record<string, string> {
  const lines = text.split(LINE_END).filter((line) => line.includes(':'));
  const entries = lines.map((line) => [
    line.slice(0, line.indexOf(':')).trim().toLowerCase(),
    line.slice(line.indexOf(':') + 1).trim(),
  ]);
  return Object.fromEntries(entries);
}
