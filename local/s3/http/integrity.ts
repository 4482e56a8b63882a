import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { S3Request } from './request.ts';
import { S3Error } from './s3-error.ts';

const crc32Of = (body: Buffer) => {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return sum.toString('base64');
};

const SUMS: Record<string, (body: Buffer) => string> = {
  'content-md5': (body) => createHash('md5').update(body).digest('base64'),
  'x-amz-checksum-crc32': crc32Of,
  'x-amz-checksum-sha1': (body) => createHash('sha1').update(body).digest('base64'),
  'x-amz-checksum-sha256': (body) => createHash('sha256').update(body).digest('base64'),
};

/**
 * Compares the body with the checksums in its headers or trailer. CRC32C and CRC64NVME are accepted without
 * verification.
 * @throws {S3Error} BadDigest
 */
export function verifyChecksums({ headers, body }: Pick<S3Request, 'headers' | 'body'>): void {
  for (const [name, sumOf] of Object.entries(SUMS)) {
    const expected = headers[name];
    if (expected !== undefined && expected !== sumOf(body)) throw new S3Error('BadDigest');
  }
}

/**
 * For operations that S3 refuses without a checksum, such as DeleteObjects. `accepted`: the headers that count.
 * @throws {S3Error} InvalidRequest
 */
export function requireChecksum(
  { headers }: Pick<S3Request, 'headers'>,
  accepted = /^(content-md5$|x-amz-checksum-(crc|sha))/,
): void {
  if (Object.keys(headers).some((name) => accepted.test(name))) return;
  throw new S3Error('InvalidRequest', {
    message: 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
  });
}
