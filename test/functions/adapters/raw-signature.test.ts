import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { rawSignature } from '../../../functions/adapters/raw-signature.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

describe('rawSignature', () => {
  it('is what JWS wants, whatever the length of the numbers', () => {
    const lengths = new Set<number>();
    // One number in 256 is shorter than 32 bytes, and every other one has a zero in front.
    for (let n = 0; n < 600; n += 1) {
      const message = createHash('sha256').update(String(n)).digest();
      const der = sign('sha256', message, privateKey);
      lengths.add(der.length);
      const key = { key: publicKey, dsaEncoding: 'ieee-p1363' as const };
      expect(verify('sha256', message, key, rawSignature(der))).toBe(true);
    }
    expect(lengths.size).toBeGreaterThan(2);
  });

  it.each([
    ['nothing', ''],
    ['no integers', '3006040101040101'],
    ['a number that ends too early', '3006020101022001'],
    ['something behind', '300602010102010100'],
    ['an empty number', '300502000201ff'],
    ['a number that is too long', `3047022${'1'}01${'ff'.repeat(32)}0222${'ff'.repeat(34)}`],
  ])('refuses %s', (_, hex) => {
    expect(() => rawSignature(Buffer.from(hex, 'hex'))).toThrow('This is no signature on P-256');
  });
});
