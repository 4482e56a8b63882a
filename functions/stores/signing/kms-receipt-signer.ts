import { createHash, createPublicKey } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import type { ReceiptSigner } from '../../deletion/ports.ts';
import { ALGORITHM, type PublicKey, publicKeyOf, signReceipt } from './receipt-key.ts';

/**
 * Signs with a key that never leaves KMS: asymmetric, `RSA_2048`, for `SIGN_VERIFY`. Needs `kms:Sign` and
 * `kms:GetPublicKey`; a function that only publishes the key needs only the second. The public key is fetched once and
 * cached, because a KMS key never changes. To rotate, create another key with another `keyId` and add the old one to
 * the retired keys (`publishAlso`).
 */
export function createKmsReceiptSigner(client: KMSClient, { keyId }: { keyId: string }): ReceiptSigner {
  let fetching: Promise<PublicKey> | undefined;
  const publicKey = () => {
    fetching ??= fetchPublicKey(client, keyId).catch((error: unknown) => {
      fetching = undefined;
      throw error;
    });
    return fetching;
  };

  return {
    async sign(payload) {
      return await signReceipt(payload, await publicKey(), (message) => sign(client, keyId, message));
    },
    async publicKeys() {
      return { keys: [await publicKey()] };
    },
  };
}

async function fetchPublicKey(client: KMSClient, keyId: string): Promise<PublicKey> {
  const { PublicKey, KeySpec } = await client.send(new GetPublicKeyCommand({ KeyId: keyId }));
  if (KeySpec !== 'RSA_2048' || !PublicKey)
    throw new Error(`RECEIPT_KEY_ID names no key for ${ALGORITHM}: RSA_2048 is wanted`);
  const key = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
  return publicKeyOf(key.export({ format: 'jwk' }));
}

/** Sends the digest, not the message: KMS takes messages of at most 4,096 bytes, and a receipt may be longer. */
async function sign(client: KMSClient, keyId: string, message: string): Promise<Uint8Array> {
  const { Signature } = await client.send(
    new SignCommand({
      KeyId: keyId,
      MessageType: 'DIGEST',
      Message: createHash('sha256').update(message).digest(),
      SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
    }),
  );
  if (!Signature) throw new Error('KMS answered without a signature');
  return Signature;
}
