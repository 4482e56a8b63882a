import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { strayKeysOf, withoutNames } from '../../../../functions/deletion/data-map/stray-keys.ts';
import { sha256 } from '../../../../functions/deletion/record/history.ts';
import { parseVideoId } from '../../../../functions/deletion/video-id.ts';

const videoId = parseVideoId('0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c11');
const otherId = '0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c12';
const row = { videoId, bucket: 'clips', originalsPrefixes: ['uploads/', 'originals/'] };

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
      sought: [[key]],
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

  test("a folder named by the owner's id is no other video's", () => {
    const [ownerId, key] = [
      '0190c7a4-0000-7000-8000-00000000a001',
      `uploads/0190c7a4-0000-7000-8000-00000000a001/${videoId}.mp4`,
    ];
    expect(strayKeysOf([key], { ...row, ownerId }).strayKeys).toEqual([key]);
    expect(strayKeysOf([key], row).strayKeys).toEqual([]);
  });

  test('keys under its own prefix are no news', () => {
    const urls = [`https://cdn.example.com/videos/${videoId}/playlist.m3u8`, `videos/${videoId}/thumbnail.jpg`, ''];
    expect(strayKeysOf(urls, row)).toEqual({ strayKeys: [], notOurs: { count: 0 } });
  });

  test('counts what it cannot read as it stands, each once, under the hash of the sorted list', () => {
    const urls = ['https://other.s3.amazonaws.com/a.mp4', 'uploads/b.jpg', '/uploads/b.jpg', `uploads/${videoId}.mp4`];
    expect(strayKeysOf(urls, row)).toEqual({
      strayKeys: [`uploads/${videoId}.mp4`],
      sought: [[`uploads/${videoId}.mp4`]],
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

describe('what is kept of a target that is gone', () => {
  test('are keys of ids alone: no name that an owner gave a file', () => {
    const target = { prefix: `videos/${videoId}/`, notOurs: { count: 0 }, runs: ['run'] };
    const ids = [`uploads/${videoId}.mp4`, `originals/2026/${videoId}`, `originals/${videoId}.tar.gz`];
    const strayKeys = [...ids, `uploads/${videoId}/ana-muster.mov`, `uploads/${videoId}/x${videoId}.mov`];
    expect(withoutNames({ ...target, strayKeys })).toEqual({ ...target, strayKeys: ids });
  });
});
