import { CompactSign, exportJWK, generateKeyPair, importJWK, type JWK_RSA_Private } from 'jose';
import type { ReceiptSigner } from '../deletion/ports.ts';
import { ALGORITHM, headerOf, MODULUS_LENGTH, publicKeyOf } from './receipt-key.ts';
import { readOrCreateSecret } from './secret-file.ts';

/**
 * Signs with a private key in a file (RS256, as JWK), which is made at the first use when it is not there.
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
        .setProtectedHeader(headerOf(publicJwk))
        .sign(privateKey);
    },
    async publicKeys() {
      return { keys: [(await key()).publicJwk] };
    },
  };
}

async function loadKey(keyFile: string) {
  const jwk = JSON.parse(await readOrCreateSecret(keyFile, newPrivateKey)) as JWK_RSA_Private;
  if (jwk.kty !== 'RSA' || !jwk.d) throw new Error(`${keyFile} holds no private key for ${ALGORITHM}`);
  return { privateKey: await importJWK(jwk, ALGORITHM), publicJwk: await publicKeyOf(jwk) };
}

async function newPrivateKey(): Promise<string> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { modulusLength: MODULUS_LENGTH, extractable: true });
  return JSON.stringify(await exportJWK(privateKey));
}
