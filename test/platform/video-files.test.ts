import { describe, expect, it } from 'vitest';
import { localPathOf, THUMBNAILS, videoFiles } from '../../platform/video-files.ts';

const ID = '01936b4e-0002-7000-8000-000000000001';
const files = videoFiles(ID, { thumbnail: 'harbour' });
const textOf = (key: string) => files.find((file) => file.key === key)?.body.toString() ?? '';

describe('videoFiles', () => {
  it('has the upload, the playlists, the thumbnail and the segments of both renditions', () => {
    const segments = ['_001.ts', '_002.ts', '_003.ts', '_004.ts', '.m3u8'].map((ending) => `${ID}${ending}`);
    const rendered = ['720p', '480p'].flatMap((name) => segments.map((segment) => `${name}/${segment}`));
    const below = ['playlist.m3u8', 'thumbnail.jpg', ...rendered].map((name) => `videos/${ID}/${name}`);
    expect(files.map(({ key }) => key).sort()).toEqual([`uploads/${ID}.mp4`, ...below].sort());
  });

  it('has playlists that name only files that are there, so that the stream plays', () => {
    const folder = `videos/${ID}/`;
    const follow = (playlist: string): string[] =>
      textOf(playlist)
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => `${playlist.slice(0, playlist.lastIndexOf('/') + 1)}${line}`);
    const renditions = follow(`${folder}playlist.m3u8`);
    expect(renditions).toEqual([`${folder}720p/${ID}.m3u8`, `${folder}480p/${ID}.m3u8`]);
    const segments = renditions.flatMap(follow);
    expect(segments).toHaveLength(8);
    expect(files.map(({ key }) => key)).toEqual(expect.arrayContaining(segments));
  });

  it('has bytes of the kind that the content type says', () => {
    for (const { key, body, contentType } of files) {
      const [expected, start] = KINDS[key.slice(key.lastIndexOf('.'))] ?? [];
      expect(contentType).toBe(expected);
      expect(body.includes(Buffer.from(start ?? '', 'latin1')), key).toBe(true);
    }
  });

  it('has a different picture under each name, small enough to be committed', () => {
    const pictures = THUMBNAILS.map((thumbnail) => {
      const all = videoFiles(ID, { thumbnail });
      return all.find(({ key }) => key.endsWith('.jpg'))?.body ?? Buffer.alloc(0);
    });
    expect(new Set(pictures.map((picture) => picture.toString('base64'))).size).toBe(12);
    expect(Math.max(...pictures.map(({ length }) => length))).toBeLessThan(12_288);
  });

  it('uses flat, safe names in the local layout, and has what only that one keeps', () => {
    const keys = videoFiles(ID, { thumbnail: 'harbour', layout: 'local' }).map(({ key }) => key);
    expect(keys).toEqual(
      expect.arrayContaining([
        `${ID}.mp4`,
        `originals/${ID}.mp4`,
        `processed/videos_${ID}_playlist.m3u8`,
        `processed/videos_${ID}_720p_${ID}_001.ts`,
        `processed/${ID}/renditions.json`,
      ]),
    );
    expect(keys).toHaveLength(files.length + 2);
  });
});

/** The content type, and bytes that such a file has. */
const KINDS: Record<string, [string, string]> = {
  '.m3u8': ['application/vnd.apple.mpegurl', '#EXTM3U'],
  '.ts': ['video/mp2t', 'G@'],
  '.jpg': ['image/jpeg', '\xff\xd8\xff'],
  '.mp4': ['video/mp4', 'ftyp'],
};

describe('localPathOf', () => {
  it('leaves a key alone that is the same in both layouts', () => {
    expect(localPathOf(`originals/${ID}.mp4`)).toBe(`originals/${ID}.mp4`);
  });
});
