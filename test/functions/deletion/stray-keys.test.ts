import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../functions/deletion/history.ts';
import { parseStorageKey, strayKeysOf } from '../../../functions/deletion/stray-keys.ts';
import { parseVideoId } from '../../../functions/deletion/video-id.ts';

const videoId = parseVideoId('0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c11');
const otherId = '0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c12';
const row = { videoId, bucket: 'clips', originalsPrefixes: ['uploads/', 'originals/'] };
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
    expect(parseStorageKey('https://cdn.example.com/uploads/%252e%252e/a%20b+c.mp4', row)).toBe(
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
        expect(parseStorageKey(url, row) ?? 'none').not.toMatch(unsafe);
      }),
    );
  });
});

describe('strayKeysOf', () => {
  test.each([
    `uploads/${videoId}.mp4`,
    `uploads/${videoId}`,
    `uploads/${videoId}/source.mov`,
    `originals/2026/05/${videoId}.tar.gz`,
    `originals/${videoId}/${otherId}.m4a`,
  ])('takes %s for the video', (key) => {
    expect(strayKeysOf([`https://clips.s3.amazonaws.com/${key}`], row)).toEqual({
      strayKeys: [key],
      notOurs: { count: 0 },
    });
  });

  test.each([
    `other/${videoId}.mp4`,
    `videos/${videoId}`,
    `videos/${otherId}/720p/${videoId}.m3u8`,
    `uploads/videos/${otherId}/${videoId}.mp4`,
    `uploads/${otherId}/${videoId}.mp4`,
    `uploads/${otherId.toUpperCase()}/${videoId}.mp4`,
    `uploads/${videoId}/${otherId}/a.mp4`,
    `uploads/${videoId}x.mp4`,
    `uploads/x${videoId}.mp4`,
    `uploads/${videoId}x/a.mp4`,
    `uploads/${videoId.toUpperCase()}.mp4`,
    `uploadsx/${videoId}.mp4`,
    'uploads/cover.jpg',
  ])('leaves %s alone, and says so', (key) => {
    expect(strayKeysOf([key], row)).toEqual({ strayKeys: [], notOurs: { count: 1, sha256: sha256(key) } });
  });

  test('keys under its own prefix are no news', () => {
    const urls = [`https://cdn.example.com/videos/${videoId}/playlist.m3u8`, `videos/${videoId}/thumbnail.jpg`, ''];
    expect(strayKeysOf(urls, row)).toEqual({ strayKeys: [], notOurs: { count: 0 } });
  });

  test('counts what it cannot read as it stands, each once, under the hash of the sorted list', () => {
    const urls = ['https://other.s3.amazonaws.com/a.mp4', 'uploads/b.jpg', '/uploads/b.jpg', `uploads/${videoId}.mp4`];
    expect(strayKeysOf(urls, row)).toEqual({
      strayKeys: [`uploads/${videoId}.mp4`],
      notOurs: { count: 2, sha256: sha256('https://other.s3.amazonaws.com/a.mp4\nuploads/b.jpg') },
    });
  });

  test('whatever a row says, a stray key stands under an originals prefix, names the video and no other', () => {
    const piece = fc.constantFrom(
      videoId,
      otherId,
      otherId.toUpperCase(),
      'videos',
      'uploads',
      'originals',
      'a',
      '..',
      '',
    );
    const name = fc.tuple(piece, fc.constantFrom('', '.mp4', 'x.mp4', '.tar.gz')).map((parts) => parts.join(''));
    const url = fc
      .tuple(fc.constantFrom('', '/', 'https://cdn.example.com/', 's3://clips/'), fc.array(fc.oneof(piece, name)))
      .map(([start, parts]) => start + parts.join('/'));
    let found = 0;
    fc.assert(
      fc.property(fc.array(url, { maxLength: 4 }), (urls) => {
        for (const key of strayKeysOf(urls, row).strayKeys) {
          found += 1;
          expect(key).toMatch(/^(uploads|originals)\//);
          expect(key).toMatch(new RegExp(`/${videoId}(/|$|\\.[^/]*$)`));
          expect(`/${key}/`.toLowerCase()).not.toContain(`/${otherId}/`);
        }
      }),
      { numRuns: 2000 },
    );
    expect(found).toBeGreaterThan(0);
  });
});
