import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { connectSigner } from '../../../../functions/connect/connect.ts';
import { readSettings } from '../../../../functions/settings/settings.ts';
import { createReceiptSigner } from '../../../../functions/stores/signing/file-receipt-signer.ts';
import { verifyJws } from '../../../../functions/stores/signing/verify-jws.ts';

const folder = mkdtempSync(join(tmpdir(), 'retired-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (name: string) => join(folder, `${name}.jwk`);
/** The signer as a function connects it after the key was changed. */
const connected = (retired?: string) =>
  connectSigner(
    readSettings({ RECEIPT_KEY_FILE: fileOf('second'), ...(retired && { RECEIPT_RETIRED_KEYS: retired }) }, [
      'receipts',
    ]),
  ).signer;

it('a receipt of the key before is verified with the keys that are published now, and without it refused by name', async () => {
  const before = createReceiptSigner({ keyFile: fileOf('first') });
  const receipt = await before.sign({ sub: 'old' });
  const published = await before.publicKeys();
  const kid = published.keys[0]?.kid;
  await expect(verifyJws(receipt, await connected().publicKeys())).rejects.toThrow(
    `signed with the key ${kid}, and those`,
  );

  const signer = connected(JSON.stringify(published));
  const keys = await signer.publicKeys();
  expect(await verifyJws(receipt, keys)).toEqual({ sub: 'old' });
  expect(await verifyJws(await signer.sign({ sub: 'new' }), keys)).toEqual({ sub: 'new' });
  expect(keys.keys.map((key) => key.kid)).toEqual([(await connected().publicKeys()).keys[0]?.kid, kid]);
});

it('a key that signs again is published once, and of a private one only the public half', async () => {
  const own = await connected().publicKeys();
  const keys = own.keys.map((key) => ({ ...key, d: 'secret' }));
  expect(await connected(JSON.stringify({ keys })).publicKeys()).toEqual(own);
  const { keys: retired } = await connected(
    JSON.stringify({ keys: [{ kty: 'RSA', n: 'AQ', e: 'AQAB', d: 'x' }] }),
  ).publicKeys();
  expect(retired[1]).toEqual({ kty: 'RSA', n: 'AQ', e: 'AQAB', alg: 'RS256', use: 'sig', kid: expect.any(String) });
});
