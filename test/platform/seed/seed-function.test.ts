import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { handler } from '../../../platform/seed/seed-function.ts';
import { freshDatabase, type TestDatabase } from '../../support/postgres.ts';

const bucket = mockClient(S3Client);
let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  vi.stubEnv('DATABASE_URL', database.url);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await database.drop();
});

it('fills the bucket and the database that it is told of, once', async () => {
  bucket.on(PutObjectCommand).resolves({});
  await expect(handler()).rejects.toThrow('VIDEO_BUCKET and VIDEO_ORIGIN');
  vi.stubEnv('VIDEO_BUCKET', 'sample');
  vi.stubEnv('VIDEO_ORIGIN', 'https://videos.example.com');
  expect(await handler()).toEqual({ seeded: true });
  const put = bucket.commandCalls(PutObjectCommand).map(({ args: [{ input }] }) => input);
  expect(new Set(put.map(({ Bucket }) => Bucket))).toEqual(new Set(['sample']));
  const videos = await database.db.selectFrom('videos').select('url_hls').where('status', '=', 'ready').execute();
  const keys = new Set(put.map(({ Key }) => `https://videos.example.com/${Key}`));
  for (const { url_hls } of videos) expect(keys).toContain(url_hls);
  expect(await handler()).toEqual({ seeded: false });
  expect(bucket.commandCalls(PutObjectCommand)).toHaveLength(put.length);
});
