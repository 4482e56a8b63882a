import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { CompactSign, exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReceiptSigner } from '../../../../functions/deletion/ports.ts';
import { createReceiptSigner } from '../../../../functions/stores/signing/file-receipt-signer.ts';
import { publicKeyOf, RECEIPT_TYPE } from '../../../../functions/stores/signing/receipt-key.ts';
import { type SignatureRefused, verifyJws } from '../../../../functions/stores/signing/verify-jws.ts';

type KeySet = Awaited<ReturnType<ReceiptSigner['publicKeys']>>;

const PAYLOAD = { jti: 'a-receipt', counts: { deleteObjects: { objects: 3 } }, note: 'gelöscht ✓' };
const folder = mkdtempSync(join(tmpdir(), 'verify-jws-'));
afterAll(() => rmSync(folder, { recursive: true }));
const signerNamed = (name: string) => createReceiptSigner({ keyFile: join(folder, `${name}.jwk`) });

let jws: string;
let keys: KeySet;
let otherKeys: KeySet;
beforeAll(async () => {
  jws = await signerNamed('own').sign(PAYLOAD);
  keys = await signerNamed('own').publicKeys();
  otherKeys = await signerNamed('other').publicKeys();
});

async function refusalOf(
  changed: string,
  keySet: KeySet = keys,
): Promise<Pick<SignatureRefused, 'reason' | 'message'>> {
  return await verifyJws(changed, keySet).then(
    (payload) => expect.fail(`It was taken, with ${JSON.stringify(payload)}`),
    ({ name, reason, message }: SignatureRefused) => {
      expect(name).toBe('SignatureRefused');
      return { reason, message };
    },
  );
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('verifyJws', () => {
  it('gives the payload that a key of the set has signed, whichever it is', async () => {
    expect(await verifyJws(jws, keys)).toEqual(PAYLOAD);
    expect(await verifyJws(jws, { keys: [...otherKeys.keys, ...keys.keys] })).toEqual(PAYLOAD);
  });

  it('refuses it when any one character has changed, with a reason that fits the place', async () => {
    const inEachPart = fc.nat(2).chain((part) => {
      const start = jws.split('.').slice(0, part).join('.').length + (part > 0 ? 1 : 0);
      const length = jws.split('.')[part]?.length ?? 0;
      const edges = fc.constantFrom(0, 1, length - 2, length - 1);
      return fc.record({ part: fc.constant(part), at: fc.oneof(edges, fc.nat(length - 1)).map((at) => start + at) });
    });
    const characters = fc.oneof(
      fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'),
      fc.constantFrom('.', '=', '+', '/', ' ', '\n', '\0', 'é'),
    );
    await fc.assert(
      fc.asyncProperty(inEachPart, characters, async ({ part, at }, character) => {
        fc.pre(jws[at] !== character);
        const { reason } = await refusalOf(jws.slice(0, at) + character + jws.slice(at + 1));
        // Only the header names a key.
        expect(reason).toMatch(part === 0 ? /^(notAJws|unknownKey|wrongSignature)$/ : /^(notAJws|wrongSignature)$/);
      }),
      { numRuns: 400 },
    );
  });

  it('refuses every other spelling of the signature: 256 bytes leave four bits of the last character without a meaning', async () => {
    const signature = Buffer.from(jws.split('.')[2] as string, 'base64url');
    const spellings = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
      .map((last) => jws.slice(0, -1) + last)
      .filter((spelt) => spelt !== jws && Buffer.from(spelt.split('.')[2] as string, 'base64url').equals(signature));
    expect(spellings).toHaveLength(15);
    for (const spelt of spellings) expect((await refusalOf(spelt)).reason).toBe('notAJws');
  });

  it.each([
    ['', '1 part'],
    ['no jws at all', '1 part'],
    ['a.b', '2 parts'],
    ['a.b.c.d', '4 parts'],
    ['..', 'header is not base64url'],
    ['e30.e30.', 'signature is not base64url'],
    ['e30.e30.AA', 'does not name RS256'],
    ['bm8.e30.AA', 'header is no JSON object'],
  ])('says why %j is none', async (text, why) => {
    const { reason, message } = await refusalOf(text);
    expect(reason).toBe('notAJws');
    expect(message).toContain(why);
  });

  it.each(['none', 'HS256', 'ES256'])('takes no other algorithm: %s', async (alg) => {
    const header = encoded({ alg, kid: keys.keys[0]?.kid });
    const [, payload, signature] = jws.split('.');
    expect(await refusalOf(`${header}.${payload}.${signature}`)).toMatchObject({ reason: 'notAJws' });
  });

  it('names the key that is not at hand, and those that are', async () => {
    const { reason, message } = await refusalOf(jws, otherKeys);
    expect(reason).toBe('unknownKey');
    expect(message).toContain(`${keys.keys[0]?.kid}`);
    expect(message).toContain(`${otherKeys.keys[0]?.kid}`);
    expect((await refusalOf(jws, { keys: [] })).message).toContain('no key is at hand');
  });

  it('refuses what another key has signed in the name of this one', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const forged = await new CompactSign(new TextEncoder().encode('{}'))
      .setProtectedHeader({ alg: 'RS256', kid: `${keys.keys[0]?.kid}`, typ: RECEIPT_TYPE })
      .sign(privateKey);
    expect(await refusalOf(forged)).toMatchObject({ reason: 'wrongSignature' });
  });

  it('refuses a critical extension, and a payload that is no JSON, though the signature is good', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const key = publicKeyOf(await exportJWK(publicKey));
    const keySet = { keys: [key] };
    const header = { alg: 'RS256', kid: key.kid, typ: RECEIPT_TYPE };
    const plain = await new CompactSign(new TextEncoder().encode('no JSON'))
      .setProtectedHeader(header)
      .sign(privateKey);
    expect(await refusalOf(plain, keySet)).toEqual({ reason: 'notAJws', message: 'Its payload is no JSON' });
    const critical = encoded({ ...header, crit: ['x'], x: 1 });
    expect(await refusalOf(`${critical}.e30.AA`, keySet)).toMatchObject({ reason: 'notAJws' });
  });

  it.each([
    ['nothing', {}],
    ['keys that are none', { keys: 'none' }],
  ])('says that the key set is none: %s', async (_, keySet) => {
    expect(await refusalOf(jws, keySet as unknown as KeySet)).toMatchObject({ reason: 'notAKeySet' });
  });

  it('refuses another type, and an id that is not the thumbprint of the key', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const key = publicKeyOf(await exportJWK(publicKey));
    const signed = (kid: string, typ: string) =>
      new CompactSign(new TextEncoder().encode('{}')).setProtectedHeader({ alg: 'RS256', kid, typ }).sign(privateKey);
    expect(await refusalOf(await signed(key.kid, 'JWT'), { keys: [key] })).toMatchObject({ reason: 'notAJws' });
    const named = { ...key, kid: 'mine' };
    const refusal = await refusalOf(await signed('mine', RECEIPT_TYPE), { keys: [named] });
    expect(refusal).toMatchObject({ reason: 'notAKeySet', message: expect.stringContaining('thumbprint') });
  });

  it('says that the named key is of no use', async () => {
    const [key] = keys.keys;
    expect(await refusalOf(jws, { keys: [{ ...key, n: 'AAAA' }] })).toMatchObject({ reason: 'notAKeySet' });
    expect(await refusalOf(jws, { keys: [{ ...key, use: 'enc' }] })).toMatchObject({ reason: 'notAKeySet' });
  });
});
