import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';

/**
 * The only algorithm. HTTP API's JWT authorizer accepts only RSA signatures, so another one would work here and fail on
 * AWS.
 */
const ALGORITHM = 'RS256';
const KEY_FILE = 'issuer-key.json';

export type IssuerOptions = {
  /** The file of the private key (mode 0600), so that tokens survive a restart. Absent: the key is in memory. */
  folder?: string;
  issuer: string;
  audience: string;
};

export type TokenOptions = {
  /** Seconds from now, one hour by default. A negative number makes a token that has already expired. */
  expiresIn?: number;
  /** An `iss` or `aud` that differs from the issuer's own, for tokens that must be refused. */
  issuer?: string;
  audience?: string;
  claims?: Record<string, unknown>;
};

/**
 * Stands in for the identity provider. It signs a token for any user without a password, so it must stay on loopback.
 */
export type Issuer = {
  /** The public key as a JWK set (RFC 7517). */
  jwks(): { keys: JWK[] };
  /** A signed JWT whose `sub` is the user's id. */
  tokenFor(userId: string, options?: TokenOptions): Promise<string>;
};

/** Creates the issuer, with the key in the folder or a new one. */
export async function createIssuer({ folder, issuer, audience }: IssuerOptions): Promise<Issuer> {
  const privateJwk = (folder && readKey(folder)) || (await newKey());
  if (folder) keepKey(folder, privateJwk);
  const kid = await calculateJwkThumbprint(privateJwk);
  const key = await importJWK(privateJwk, ALGORITHM);
  const { kty, n, e } = privateJwk;

  return {
    jwks: () => ({ keys: [{ kty, n, e, kid, alg: ALGORITHM, use: 'sig' } as JWK] }),
    tokenFor: (userId, options = {}) => {
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({ ...options.claims })
        .setProtectedHeader({ alg: ALGORITHM, kid, typ: 'JWT' })
        .setIssuer(options.issuer ?? issuer)
        .setAudience(options.audience ?? audience)
        .setSubject(userId)
        .setIssuedAt(now)
        .setExpirationTime(now + (options.expiresIn ?? 3600))
        .sign(key);
    },
  };
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  return exportJWK(privateKey);
}

function readKey(folder: string): JWK | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, KEY_FILE), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function keepKey(folder: string, key: JWK): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // `wx` keeps an existing key, also if another process has just written it.
  try {
    writeFileSync(join(folder, KEY_FILE), JSON.stringify(key), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
