import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createKmsReceiptSigner } from '../../../../functions/stores/signing/kms-receipt-signer.ts';
import { receiptSignerContract } from '../../../contracts/receipt-signer.ts';
import { createKmsKey } from '../../../support/kms-key.ts';

const kms = mockClient(KMSClient);
afterAll(() => kms.restore());
const KEYS = { receipts: createKmsKey(), another: createKmsKey() };
const DIGEST = { MessageType: 'DIGEST', SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256' } as const;

beforeEach(() => {
  kms.reset();
  for (const [KeyId, key] of Object.entries(KEYS)) {
    kms.on(GetPublicKeyCommand, { KeyId }).resolves({ KeySpec: 'RSA_2048', PublicKey: key.publicKey });
    kms.on(SignCommand, { KeyId, ...DIGEST }).callsFake(({ Message }) => ({ Signature: key.sign(Message) }));
  }
});

const signerWith = (keyId: string) => createKmsReceiptSigner(new KMSClient({ region: 'eu-central-1' }), { keyId });

receiptSignerContract((key = undefined) => signerWith(key ?? 'receipts'));

describe('createKmsReceiptSigner', () => {
  it('fetches the public key once', async () => {
    const signer = signerWith('receipts');
    await Promise.all([signer.sign({}), signer.sign({}), signer.publicKeys()]);
    await signer.publicKeys();
    expect(kms.commandCalls(GetPublicKeyCommand)).toHaveLength(1);
  });

  it('publishes without signing', async () => {
    await signerWith('receipts').publicKeys();
    expect(kms.commandCalls(SignCommand)).toHaveLength(0);
  });

  it('fails with what KMS says, and recovers', async () => {
    const signer = signerWith('receipts');
    kms.on(GetPublicKeyCommand).rejectsOnce(new Error('AccessDenied')).resolves({
      KeySpec: 'RSA_2048',
      PublicKey: KEYS.receipts.publicKey,
    });
    await expect(signer.sign({})).rejects.toThrow('AccessDenied');
    await expect(signer.sign({})).resolves.toBeDefined();
  });

  it('refuses a key of another kind', async () => {
    kms.on(GetPublicKeyCommand).resolves({ KeySpec: 'ECC_NIST_P256', PublicKey: KEYS.receipts.publicKey });
    await expect(signerWith('receipts').publicKeys()).rejects.toThrow('RECEIPT_KEY_ID names no key for RS256');
  });
});
