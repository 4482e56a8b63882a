import { calculateJwkThumbprint, compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { describe, expect, it } from 'vitest';
import type { ReceiptSigner } from '../../functions/deletion/ports.ts';

/** Longer than the 4,096 bytes that KMS would sign as they are. */
const receipt = { jti: 'receipt', counts: { deleteObjects: { objects: 3 } }, note: 'gelöscht ✓'.repeat(500) };

/**
 * What every signer of receipts does. `create` makes one: each time with the same key, unless another is asked for.
 */
export function receiptSignerContract(create: (key?: 'another') => ReceiptSigner): void {
  describe('a signer of receipts', () => {
    it('signs what anyone can verify with the published key', async () => {
      const signer = create();
      const { payload, protectedHeader } = await verify(signer, await signer.sign(receipt));
      expect(JSON.parse(new TextDecoder().decode(payload))).toEqual(receipt);
      const [key] = (await signer.publicKeys()).keys;
      expect(protectedHeader).toEqual({ alg: 'RS256', kid: key?.kid, typ: 'deletion-receipt+jwt' });
    });

    it.each([
      ['header', 0],
      ['payload', 1],
      ['signature', 2],
    ])('is refused when one byte of the %s has changed', async (_, part) => {
      const signer = create();
      const parts = (await signer.sign(receipt)).split('.');
      const bytes = Buffer.from(parts[part] as string, 'base64url');
      const middle = Math.floor(bytes.length / 2);
      bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
      const changed = parts.with(part, bytes.toString('base64url')).join('.');
      await expect(verify(signer, changed)).rejects.toThrow();
    });

    it('is refused with the key of another', async () => {
      await expect(verify(create('another'), await create().sign(receipt))).rejects.toThrow();
    });

    it('publishes the public half only, named by its thumbprint', async () => {
      const { keys } = await create().publicKeys();
      expect(keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'e', 'kid', 'kty', 'n', 'use']]);
      const { kid, ...numbers } = keys[0] ?? {};
      expect(numbers).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig' });
      expect(Buffer.from(numbers.n as string, 'base64url')).toHaveLength(2048 / 8);
      expect(kid).toBe(await calculateJwkThumbprint(numbers));
    });

    it('goes on with the key that is there', async () => {
      await expect(verify(create(), await create().sign(receipt))).resolves.toBeDefined();
    });
  });
}

async function verify(signer: ReceiptSigner, jws: string) {
  return await compactVerify(jws, createLocalJWKSet((await signer.publicKeys()) as JSONWebKeySet), {
    algorithms: ['RS256'],
  });
}
