import { AwsFault } from '../../local/aws/aws-fault.ts';
import { answerAwsJson, textOf } from '../../local/aws/aws-json.ts';
import { listenOnLoopback } from '../../local/loopback.ts';
import { createKmsKey } from './kms-key.ts';

const KEY_ARN = 'arn:aws:kms:us-east-1:000000000000:key/01234567-89ab-cdef-0123-456789abcdef';

/** KMS with one key, for RS256: GetPublicKey, and Sign for digests, as receipts are signed. */
export async function startKms() {
  const key = createKmsKey();
  const expectKey = (input: Record<string, unknown>) => {
    if (textOf(input, 'KeyId') !== KEY_ARN) throw new AwsFault('NotFoundException', 'There is no such key');
  };
  const operations = {
    'TrentService.GetPublicKey': async (input: Record<string, unknown>) => {
      expectKey(input);
      return { KeyId: KEY_ARN, KeySpec: 'RSA_2048', PublicKey: Buffer.from(key.publicKey).toString('base64') };
    },
    'TrentService.Sign': async (input: Record<string, unknown>) => {
      expectKey(input);
      if (input.MessageType !== 'DIGEST' || input.SigningAlgorithm !== 'RSASSA_PKCS1_V1_5_SHA_256') {
        throw new AwsFault('ValidationException', 'This key signs digests, with RSASSA_PKCS1_V1_5_SHA_256');
      }
      const signature = key.sign(Buffer.from(textOf(input, 'Message'), 'base64'));
      return { KeyId: KEY_ARN, Signature: Buffer.from(signature).toString('base64') };
    },
  };
  const { url, close } = await listenOnLoopback(answerAwsJson(operations));
  return { endpoint: url, keyArn: KEY_ARN, stop: close };
}
