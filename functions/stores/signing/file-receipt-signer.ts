import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import type { ReceiptSigner } from '../../deletion/ports.ts';
import { ALGORITHM, MODULUS_LENGTH, publicKeyOf, signReceipt } from './receipt-key.ts';
import { readIfThere, readOrCreateSecret } from './secret-file.ts';

/** The key that may have signed receipts is gone, or another one has taken its place. */
export class ReceiptKeyLost extends Error {
  override name = 'ReceiptKeyLost';
  constructor(keyFile: string, what: string) {
    super(
      `${keyFile} ${what}. Put the key back. If it is lost, those receipts can be verified only with RECEIPT_RETIRED_KEYS: delete ${idFileOf(keyFile)} to sign with another key`,
    );
  }
}

/**
 * Signs with a private key in a file (RS256, as JWK). If the file does not exist, the first use creates it, and writes
 * the key's id beside it. From then on, no other key takes its place unnoticed.
 * @throws {ReceiptKeyLost} at every use, while the file holds no key or another one than its id says
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
      const { privateKey, publicKey } = await key();
      return await signReceipt(payload, publicKey, (message) => sign('sha256', Buffer.from(message), privateKey));
    },
    async publicKeys() {
      return { keys: [(await key()).publicKey] };
    },
  };
}

async function loadKey(keyFile: string) {
  const known = await readIfThere(idFileOf(keyFile));
  const jwk = JSON.parse(
    await readOrCreateSecret(keyFile, known === undefined ? newPrivateKey : keyLost(keyFile, known)),
  );
  if (jwk.kty !== 'RSA' || !jwk.d) throw new Error(`${keyFile} holds no private key for ${ALGORITHM}`);
  const publicKey = publicKeyOf(jwk);
  const id = await readOrCreateSecret(idFileOf(keyFile), async () => publicKey.kid);
  if (id !== publicKey.kid)
    throw new ReceiptKeyLost(keyFile, `holds the key ${publicKey.kid}, and ${id} may have signed receipts`);
  return { privateKey: createPrivateKey({ key: jwk, format: 'jwk' }), publicKey };
}

function keyLost(keyFile: string, id: string): () => Promise<never> {
  return () => Promise.reject(new ReceiptKeyLost(keyFile, `is gone, and its key ${id} may have signed receipts`));
}

function idFileOf(keyFile: string): string {
  return `${keyFile}.id`;
}

async function newPrivateKey(): Promise<string> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: MODULUS_LENGTH });
  return JSON.stringify(privateKey.export({ format: 'jwk' }));
}
