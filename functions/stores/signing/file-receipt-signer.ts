import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import type { ReceiptSigner } from '../../deletion/ports.ts';
import { ALGORITHM, MODULUS_LENGTH, publicKeyOf, signReceipt } from './receipt-key.ts';
import { readOrCreateSecret } from './secret-file.ts';

/** Signs with a private key in a file (RS256, as JWK). If the file does not exist, the first use creates it. */
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
      const { privateKey, publicKey } = await key();
      return await signReceipt(payload, publicKey, (message) => sign('sha256', Buffer.from(message), privateKey));
    },
    async publicKeys() {
      return { keys: [(await key()).publicKey] };
    },
  };
}

async function loadKey(keyFile: string) {
  const jwk = JSON.parse(await readOrCreateSecret(keyFile, newPrivateKey));
  if (jwk.kty !== 'RSA' || !jwk.d) throw new Error(`${keyFile} holds no private key for ${ALGORITHM}`);
  return { privateKey: createPrivateKey({ key: jwk, format: 'jwk' }), publicKey: publicKeyOf(jwk) };
}

async function newPrivateKey(): Promise<string> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: MODULUS_LENGTH });
  return JSON.stringify(privateKey.export({ format: 'jwk' }));
}
