import { createHash } from 'node:crypto';

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
export function publicKeyOf({ n = '', e = '' }: { n?: string; e?: string }): PublicKey {
  const kty = 'RSA';
  // RFC 7638, 3.2: the members of a public RSA key in this order, without white space.
  const kid = createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url');
  return { kty, n, e, alg: ALGORITHM, use: 'sig', kid };
}

/** A receipt as a compact JWS (RFC 7515, 7.1). @param sign signs these bytes with the key's private half, by `ALGORITHM` */
export async function signReceipt(
  payload: Record<string, unknown>,
  { kid }: PublicKey,
  sign: (message: string) => Uint8Array | Promise<Uint8Array>,
): Promise<string> {
  const header = { alg: ALGORITHM, kid, typ: 'deletion-receipt+jwt' };
  const message = [header, payload].map((part) => base64url(JSON.stringify(part))).join('.');
  return `${message}.${base64url(await sign(message))}`;
}

function base64url(content: string | Uint8Array): string {
  return Buffer.from(content as string).toString('base64url');
}
