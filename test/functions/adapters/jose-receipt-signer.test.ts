import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calculateJwkThumbprint, compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createReceiptSigner } from '../../../functions/adapters/jose-receipt-signer.ts';
import type { ReceiptSigner } from '../../../functions/deletion/ports.ts';

const receipt = { jti: 'receipt', sub: 'video', counts: { deleteObjects: { objects: 3 } }, note: 'gelöscht ✓' };

let folder: string;
let keyFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'receipt-signer-'));
  keyFile = join(folder, 'keys', 'receipts.jwk');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('createReceiptSigner', () => {
  it('signs what anyone can verify with the published key', async () => {
    const signer = createReceiptSigner({ keyFile });
    const { payload, protectedHeader } = await verify(signer, await signer.sign(receipt));
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual(receipt);
    const [key] = (await signer.publicKeys()).keys;
    expect(protectedHeader).toEqual({ alg: 'ES256', kid: key?.kid, typ: 'deletion-receipt+jwt' });
  });

  it.each([
    ['header', 0],
    ['payload', 1],
    ['signature', 2],
  ])('is refused when one byte of the %s has changed', async (_, part) => {
    const signer = createReceiptSigner({ keyFile });
    const parts = (await signer.sign(receipt)).split('.');
    const bytes = Buffer.from(parts[part] as string, 'base64url');
    const middle = Math.floor(bytes.length / 2);
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    const changed = parts.with(part, bytes.toString('base64url')).join('.');
    await expect(verify(signer, changed)).rejects.toThrow();
  });

  it('is refused with the key of another', async () => {
    const other = createReceiptSigner({ keyFile: join(folder, 'other.jwk') });
    await expect(verify(other, await createReceiptSigner({ keyFile }).sign(receipt))).rejects.toThrow();
  });

  it('publishes the public half only, named by its thumbprint', async () => {
    const { keys } = await createReceiptSigner({ keyFile }).publicKeys();
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']]);
    const { kty, crv, x, y } = JSON.parse(readFileSync(keyFile, 'utf8'));
    expect(keys[0]).toMatchObject({ x, y, kid: await calculateJwkThumbprint({ kty, crv, x, y }) });
  });

  it('keeps its key in a file for its owner alone', async () => {
    await createReceiptSigner({ keyFile }).publicKeys();
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'keys'))).toEqual(['receipts.jwk']);
  });

  it('goes on with the key that is there', async () => {
    const jws = await createReceiptSigner({ keyFile }).sign(receipt);
    await expect(verify(createReceiptSigner({ keyFile }), jws)).resolves.toBeDefined();
  });

  it('ends up with one key when many start at once', async () => {
    const signers = Array.from({ length: 8 }, () => createReceiptSigner({ keyFile }));
    const published = await Promise.all(signers.map((signer) => signer.publicKeys()));
    expect(new Set(published.map(({ keys }) => keys[0]?.kid)).size).toBe(1);
  });

  it('names the file that holds no such key, and takes one that was put there since', async () => {
    const wrong = join(folder, 'wrong.jwk');
    writeFileSync(wrong, '{ "kty": "oct", "k": "c2VjcmV0" }');
    const signer = createReceiptSigner({ keyFile: wrong });
    await expect(signer.sign(receipt)).rejects.toThrow(`${wrong} holds no private key for ES256`);

    await createReceiptSigner({ keyFile }).publicKeys();
    writeFileSync(wrong, readFileSync(keyFile));
    await expect(verify(signer, await signer.sign(receipt))).resolves.toBeDefined();
  });
});

async function verify(signer: ReceiptSigner, jws: string) {
  return await compactVerify(jws, createLocalJWKSet((await signer.publicKeys()) as JSONWebKeySet), {
    algorithms: ['ES256'],
  });
}
