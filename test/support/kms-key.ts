import { createECDH, createPublicKey } from 'node:crypto';

/** The order of P-256's group (NIST SP 800-186). */
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const INVERSE_EXPONENT = N - 2n;

/**
 * A key as KMS has it: it signs digests and answers in DER. node:crypto signs messages only, hence the arithmetic; the
 * products of points are OpenSSL's.
 */
export function createKmsKey() {
  const ecdh = createECDH('prime256v1');
  const point = ecdh.generateKeys();
  const secret = numberIn(ecdh.getPrivateKey());
  return {
    publicKey: spkiOf(point),
    sign(digest: Uint8Array): Uint8Array<ArrayBuffer> {
      const nonce = createECDH('prime256v1');
      // The first coordinate of an uncompressed point.
      const r = numberIn(nonce.generateKeys().subarray(1, 33)) % N;
      const s = (inverse(numberIn(nonce.getPrivateKey())) * (numberIn(digest) + r * secret)) % N;
      const numbers = Buffer.concat([integer(r), integer(s)]);
      return new Uint8Array([0x30, numbers.length, ...numbers]);
    },
  };
}

function spkiOf(point: Buffer): Uint8Array<ArrayBuffer> {
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((bytes) => bytes.toString('base64url'));
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  return new Uint8Array(key.export({ type: 'spki', format: 'der' }));
}

function numberIn(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

/** By Fermat, since the order is a prime. */
function inverse(number: bigint): bigint {
  let [result, base] = [1n, number % N];
  for (let exponent = INVERSE_EXPONENT; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % N;
    base = (base * base) % N;
  }
  return result;
}

/** DER: as short as it can be, with a zero in front of a highest bit that is set. */
function integer(number: bigint): Buffer {
  const digits = number.toString(16);
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  const signed = (bytes[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes;
  return Buffer.concat([Buffer.from([0x02, signed.length]), signed]);
}
