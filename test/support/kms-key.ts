import { constants, generateKeyPairSync, privateEncrypt } from 'node:crypto';

/** What says of a digest that it is one of SHA-256 (RFC 8017, 9.2, note 1). */
const SHA_256 = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** A key as KMS has it: it signs digests, which node:crypto's own signers do not. */
export function createKmsKey() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    publicKey: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
    sign(digest: Uint8Array): Uint8Array<ArrayBuffer> {
      const signed = Buffer.concat([SHA_256, digest]);
      return new Uint8Array(privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, signed));
    },
  };
}
