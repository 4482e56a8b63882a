import { calculateJwkThumbprint } from 'jose';

/** ECDSA on P-256 with SHA-256 (RFC 7518): what KMS, node:crypto and every JOSE library have. */
export const ALGORITHM = 'ES256';
export const CURVE = 'P-256';

type Point = { kty: 'EC'; crv: typeof CURVE; x: string; y: string };
/** A public key as it is published: its id is its RFC 7638 thumbprint, so it says which key it is even outside this system. */
export type PublicKey = Point & { alg: typeof ALGORITHM; use: 'sig'; kid: string };

export async function publicKeyOf(point: Point): Promise<PublicKey> {
  return { ...point, alg: ALGORITHM, use: 'sig', kid: await calculateJwkThumbprint(point) };
}

/** The protected header of a receipt. */
export function headerOf({ kid }: PublicKey) {
  return { alg: ALGORITHM, kid, typ: 'deletion-receipt+jwt' };
}
