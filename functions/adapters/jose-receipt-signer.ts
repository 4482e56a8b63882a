import {
  CompactSign,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK_EC_Private,
  type JWK_EC_Public,
} from 'jose';
import type { ReceiptSigner } from '../deletion/ports.ts';
import { readOrCreateSecret } from './secret-file.ts';

const ALGORITHM = 'ES256';
const CURVE = 'P-256';

/**
 * Signs with a private key in a file (ES256, as JWK). The file is made at the first use when it is not there; the key's id
 * is its RFC 7638 thumbprint, so that it says which key it is even outside this system.
 */
export function createReceiptSigner({ keyFile }: { keyFile: string }): ReceiptSigner {
  let loading: ReturnType<typeof loadKey> | undefined;
  const key = () => {
    loading ??= loadKey(keyFile).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };

  return {
    async sign(payload) {
      const { privateKey, publicJwk } = await key();
      return await new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
        .setProtectedHeader({ alg: ALGORITHM, kid: publicJwk.kid, typ: 'deletion-receipt+jwt' })
        .sign(privateKey);
    },
    async publicKeys() {
      return { keys: [(await key()).publicJwk] };
    },
  };
}

async function loadKey(keyFile: string) {
  const { kty, crv, x, y, d } = JSON.parse(await readOrCreateSecret(keyFile, newPrivateKey)) as JWK_EC_Private;
  if (kty !== 'EC' || crv !== CURVE || !d) throw new Error(`${keyFile} holds no private key for ${ALGORITHM}`);
  const point = { kty: 'EC', crv, x, y } satisfies JWK_EC_Public;
  const publicJwk = { ...point, alg: ALGORITHM, use: 'sig', kid: await calculateJwkThumbprint(point) };
  return { privateKey: await importJWK({ ...point, d }, ALGORITHM), publicJwk };
}

async function newPrivateKey(): Promise<string> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  return JSON.stringify(await exportJWK(privateKey));
}
