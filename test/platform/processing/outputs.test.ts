import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bucketOutput, fileOutput } from '../../../platform/processing/outputs.ts';

describe('bucketOutput', () => {
  it.each([
    ['videos/a/playlist.m3u8', 'application/vnd.apple.mpegurl'],
    ['videos/a/720p/a_001.ts', 'video/mp2t'],
    ['videos/a/thumbnail.jpg', 'image/jpeg'],
  ])('stores %s as %s', async (key, contentType) => {
    const sent = mockClient(S3Client);
    onTestFinished(() => sent.restore());
    await bucketOutput(new S3Client({ region: 'us-east-1' }), 'videos')(key, 'body');
    expect(sent.commandCalls(PutObjectCommand)[0]?.args[0].input).toEqual({
      Bucket: 'videos',
      Key: key,
      Body: 'body',
      ContentType: contentType,
    });
  });
});

describe('fileOutput', () => {
  it('writes under a safe name below processed, and makes the folders', async () => {
    const uploads = await mkdtemp(join(tmpdir(), 'outputs-'));
    await fileOutput(uploads)('videos/a/720p/a_001.ts', 'segment');
    expect(await readFile(join(uploads, 'processed/videos_a_720p_a_001.ts'), 'utf8')).toBe('segment');
    await rm(uploads, { recursive: true });
  });
});
