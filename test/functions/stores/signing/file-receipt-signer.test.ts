import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createReceiptSigner } from '../../../../functions/stores/signing/file-receipt-signer.ts';
import { receiptSignerContract } from '../../../contracts/receipt-signer.ts';

let folder: string;
let keyFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'receipt-signer-'));
  keyFile = join(folder, 'keys', 'receipts.jwk');
});
afterEach(() => rmSync(folder, { recursive: true }));

receiptSignerContract((key) => createReceiptSigner({ keyFile: key ? join(folder, `${key}.jwk`) : keyFile }));

describe('createReceiptSigner', () => {
  it('publishes the key in the file', async () => {
    const { keys } = await createReceiptSigner({ keyFile }).publicKeys();
    const { n, e } = JSON.parse(readFileSync(keyFile, 'utf8'));
    expect(keys[0]).toMatchObject({ n, e });
  });

  it('keeps its key in a file for its owner alone', async () => {
    await createReceiptSigner({ keyFile }).publicKeys();
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'keys'))).toEqual(['receipts.jwk', 'receipts.jwk.id']);
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
    await expect(signer.sign({})).rejects.toThrow(`${wrong} holds no private key for RS256`);

    await createReceiptSigner({ keyFile }).publicKeys();
    writeFileSync(wrong, readFileSync(keyFile));
    await expect(signer.sign({})).resolves.toBeDefined();
  });

  it('never replaces a key that has signed: a lost one and another one are refused by name', async () => {
    const [first] = (await createReceiptSigner({ keyFile }).publicKeys()).keys;
    const before = readFileSync(keyFile, 'utf8');
    rmSync(keyFile);
    await expect(createReceiptSigner({ keyFile }).sign({})).rejects.toMatchObject({ name: 'ReceiptKeyLost' });
    await expect(createReceiptSigner({ keyFile }).publicKeys()).rejects.toThrow(`${first?.kid}`);
    expect(readdirSync(join(folder, 'keys'))).toEqual(['receipts.jwk.id']);

    const other = join(folder, 'other.jwk');
    await createReceiptSigner({ keyFile: other }).publicKeys();
    writeFileSync(keyFile, readFileSync(other));
    await expect(createReceiptSigner({ keyFile }).sign({})).rejects.toMatchObject({ name: 'ReceiptKeyLost' });
    writeFileSync(keyFile, before);
    await expect(createReceiptSigner({ keyFile }).sign({})).resolves.toBeDefined();
    writeFileSync(keyFile, readFileSync(other));
    rmSync(`${keyFile}.id`);
    await expect(createReceiptSigner({ keyFile }).sign({}), 'whoever means it').resolves.toBeDefined();
  });
});
