import { createPublicKey } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Issuer } from '../../local/sign-in/issuer.ts';

/** A forged token: signed with HS256, the issuer's public key (PEM) being the secret. */
export function hmacWithPublicKey(issuer: Issuer, { issuer: iss, audience, sub }: Record<string, string>) {
  const [jwk] = issuer.jwks().keys;
  if (!jwk?.kid) throw new Error('The issuer has published no key');
  const pem = createPublicKey({ key: jwk as { kty: string }, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  return new SignJWT({ iss, aud: audience, sub })
    .setProtectedHeader({ alg: 'HS256', kid: jwk.kid })
    .setExpirationTime('1h')
    .sign(Buffer.from(pem));
}
