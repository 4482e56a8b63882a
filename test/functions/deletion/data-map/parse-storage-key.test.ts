import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseStorageKey } from '../../../../functions/deletion/data-map/stray-keys.ts';

const endpoint = 'http://127.0.0.1:9000';

describe('parseStorageKey', () => {
  test.each([
    'https://clips.s3.eu-west-1.amazonaws.com/uploads/a.mp4',
    'https://clips.s3.amazonaws.com/uploads/a.mp4',
    'https://clips.s3-eu-west-1.amazonaws.com/uploads/a.mp4',
    'https://clips.s3.dualstack.us-gov-west-1.amazonaws.com/uploads/a.mp4',
    'https://clips.s3-fips.us-east-1.amazonaws.com/uploads/a.mp4',
    'https://clips.s3-accelerate.amazonaws.com/uploads/a.mp4',
    'https://clips.s3-accelerate.dualstack.amazonaws.com/uploads/a.mp4',
    'https://clips.s3-website.eu-central-1.amazonaws.com/uploads/a.mp4',
    'https://clips.s3.cn-north-1.amazonaws.com.cn/uploads/a.mp4',
    'https://s3.eu-west-1.amazonaws.com/clips/uploads/a.mp4',
    'https://s3.amazonaws.com/clips/uploads/a.mp4',
    'https://s3-eu-west-1.amazonaws.com:443/clips/uploads/a.mp4',
    'https://s3.dualstack.eu-west-1.amazonaws.com/clips/uploads/a.mp4',
    'https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com/clips/uploads/a.mp4',
    'https://0123456789abcdef0123456789abcdef.eu.r2.cloudflarestorage.com/clips/uploads/a.mp4',
    'https://clips.0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com/uploads/a.mp4',
    'https://pub-0123456789abcdef.r2.dev/uploads/a.mp4',
    'http://127.0.0.1:9000/clips/uploads/a.mp4',
    'https://d111111abcdef8.cloudfront.net/uploads/a.mp4',
    'https://CDN.example.com:8443/uploads/a.mp4',
    's3://clips/uploads/a.mp4',
    'uploads/a.mp4',
    '/uploads/a.mp4',
    'uploads/a.mp4?X-Amz-Signature=1#t=3',
    'https://clips.s3.amazonaws.com/uploads/a.mp4?X-Amz-Expires=60',
    'https://cdn.example.com/uploads%2Fa%2Emp4#t=3',
  ])('finds uploads/a.mp4 in %s', (url) => {
    expect(parseStorageKey(url, { bucket: 'clips', endpoint })).toBe('uploads/a.mp4');
  });

  test.each([
    'https://other.s3.eu-west-1.amazonaws.com/uploads/a.mp4',
    'https://clips.other.s3.amazonaws.com/uploads/a.mp4',
    'https://s3.eu-west-1.amazonaws.com/other/uploads/a.mp4',
    'https://s3.eu-west-1.amazonaws.com/clips-old/a.mp4',
    'https://s3.eu-west-1.amazonaws.com/clips',
    'https://other.s3-accelerate.amazonaws.com./uploads/a.mp4',
    'https://acc.r2.cloudflarestorage.com/other/uploads/a.mp4',
    'https://other.acc.r2.cloudflarestorage.com/clips/uploads/a.mp4',
    'http://127.0.0.1:9000/other/uploads/a.mp4',
    's3://other/uploads/a.mp4',
  ])('finds nothing of ours in another bucket: %s', (url) => {
    expect(parseStorageKey(url, { bucket: 'clips', endpoint })).toBeUndefined();
  });

  test.each([
    '',
    '/',
    'uploads/../videos/a.mp4',
    'uploads/./a.mp4',
    'uploads//a.mp4',
    'uploads/a/',
    '//cdn.example.com/uploads/a.mp4',
    'uploads\\a.mp4',
    'uploads/a\n.mp4',
    'uploads/%00.mp4',
    'uploads/%5Ca.mp4',
    'uploads/%2e%2e/a.mp4',
    'uploads/%zz.mp4',
    `uploads/${'é'.repeat(509)}`,
    'uploads/\ud800.mp4',
    'https://cdn.example.com/uploads/../a.mp4',
    'https://cdn.example.com',
    'https://cdn.example.com@evil.example/uploads/a.mp4',
    'https:///uploads/a.mp4',
    'https://[::1/uploads/a.mp4',
    'ftp://cdn.example.com/uploads/a.mp4',
    'data:video/mp4;base64,AAAA',
  ])('does not guess what %j means', (url) => {
    expect(parseStorageKey(url, { bucket: 'clips' })).toBeUndefined();
  });

  test('decodes once', () => {
    expect(parseStorageKey('https://cdn.example.com/uploads/%252e%252e/a%20b+c.mp4', { bucket: 'clips' })).toBe(
      'uploads/%2e%2e/a b+c.mp4',
    );
  });

  test('takes the host of a custom endpoint for a CDN where the setting does not name it', () => {
    expect(parseStorageKey(`${endpoint}/clips/a.mp4`, { bucket: 'clips' })).toBe('clips/a.mp4');
  });

  const segment = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter((text) => text.isWellFormed() && !/[/\\\p{Cc}]/u.test(text) && text !== '.' && text !== '..');
  const key = fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => segments.join('/'));

  test('reads back every key from every form of its URL', () => {
    const forms = ['https://clips.s3.eu-west-1.amazonaws.com/', 'https://s3.amazonaws.com/clips/', 's3://clips/', '/'];
    fc.assert(
      fc.property(key, fc.constantFrom(...forms), (key, form) => {
        const url = form + key.split('/').map(encodeURIComponent).join('/');
        expect(parseStorageKey(url, { bucket: 'clips' })).toBe(key);
      }),
    );
  });

  test('never throws, and never returns a key that could climb or be read in two ways', () => {
    const unsafe = /(^|\/)\.{0,2}(\/|$)|[\\\p{Cc}]/u;
    const pieces = fc.constantFrom(
      'https://',
      's3://',
      'clips',
      '.s3.amazonaws.com',
      '/',
      '..',
      '%2e',
      '%2f',
      '%',
      '\\',
    );
    const urls = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc.array(pieces).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(urls, (url) => {
        expect(parseStorageKey(url, { bucket: 'clips' }) ?? 'none').not.toMatch(unsafe);
      }),
    );
  });
});
