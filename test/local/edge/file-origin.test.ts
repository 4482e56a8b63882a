import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileOrigin } from '../../../local/edge/file-origin.ts';
import { fileOutput } from '../../../platform/processing/outputs.ts';

describe('fileOrigin', () => {
  let folder: string;
  let uploads: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'file-origin-'));
    uploads = join(folder, 'uploads');
    await mkdir(uploads);
    await writeFile(join(folder, 'secret.txt'), 'secret');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('serves what the processing wrote, under the path in the bucket', async () => {
    await fileOutput(uploads)('videos/a/720p/a_001.ts', 'segment');
    expect(await fileOrigin(uploads)('/videos/a/720p/a_001.ts')).toEqual({
      status: 200,
      headers: { 'content-type': 'video/mp2t' },
      body: Buffer.from('segment'),
    });
  });

  it('serves an original under its encoded path', async () => {
    await mkdir(join(uploads, 'originals'));
    await writeFile(join(uploads, 'originals', 'a b.mp4'), 'original');
    expect((await fileOrigin(uploads)('/originals/a%20b.mp4')).body).toEqual(Buffer.from('original'));
  });

  it.each(['/../secret.txt', '/%2e%2e%2fsecret.txt', '/originals/../../secret.txt', '/absent', '/', '/%', '/a%00b'])(
    'finds nothing at %s',
    async (path) => {
      expect((await fileOrigin(uploads)(path)).status).toBe(404);
    },
  );
});
