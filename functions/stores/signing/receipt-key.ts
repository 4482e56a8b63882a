import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { encode as base64url } from 'jose/base64url';

/**
 * RSA with SHA-256 (RFC 7518, 3.3), which KMS, Node and every JOSE library have. KMS signs with an RSA key of 2,048
 * bits at a fifth of the price of any other asymmetric key.
 */
export const ALGORITHM = 'RS256';
/** The type in the header of a receipt (RFC 7515, 4.1.9). */
export const RECEIPT_TYPE = 'deletion-receipt+jwt';
/** In bits. */
export const MODULUS_LENGTH = 2048;

type Numbers = { kty: 'RSA'; n: string; e: string };
/** A public key as it is published. Its id is its RFC 7638 thumbprint, so that anybody can compute it from the key. */
export type PublicKey = Numbers & { alg: typeof ALGORITHM; use: 'sig'; kid: string };

/** @param key a JWK; only its public members are used */
export function publicKeyOf({ n = '', e = '' }: { n?: string; e?: string }): PublicKey {
  const kty = 'RSA';
  // RFC 7638, 3.2: the members of a public RSA key in this order, without white space.
  const kid = base64url(sha256(utf8ToBytes(JSON.stringify({ e, kty, n }))));
  return { kty, n, e, alg: ALGORITHM, use: 'sig', kid };
}

/** A receipt as a compact JWS (RFC 7515, 7.1). @param sign signs the message with the private key, by `ALGORITHM` */
export async function signReceipt(
  payload: Record<string, unknown>,
  { kid }: PublicKey,
  sign: (message: string) => Uint8Array | Promise<Uint8Array>,
): Promise<string> {
  const header = { alg: ALGORITHM, kid, typ: RECEIPT_TYPE };
  const message = [header, payload].map((part) => base64url(JSON.stringify(part))).join('.');
  return `${message}.${base64url(await sign(message))}`;
}
