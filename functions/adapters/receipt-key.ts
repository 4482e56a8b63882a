import { calculateJwkThumbprint } from 'jose';

/**
 * RSA with SHA-256 (RFC 7518, 3.3): what KMS, node:crypto and every JOSE library have. KMS signs with an RSA key of 2,048 bits
 * at a fifth of the price of any other asymmetric key.
 */
export const ALGORITHM = 'RS256';
/** In bits. */
export const MODULUS_LENGTH = 2048;

type Numbers = { kty: 'RSA'; n: string; e: string };
/** A public key as it is published: its id is its RFC 7638 thumbprint, so it says which key it is even outside this system. */
export type PublicKey = Numbers & { alg: typeof ALGORITHM; use: 'sig'; kid: string };

/** @param key a JWK; of its members, only those of a public key are taken */
export async function publicKeyOf({ n = '', e = '' }: { n?: string; e?: string }): Promise<PublicKey> {
  const numbers: Numbers = { kty: 'RSA', n, e };
  return { ...numbers, alg: ALGORITHM, use: 'sig', kid: await calculateJwkThumbprint(numbers) };
}

/** The protected header of a receipt. */
export function headerOf({ kid }: PublicKey) {
  return { alg: ALGORITHM, kid, typ: 'deletion-receipt+jwt' };
}
