import { GetObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { cacheKeys } from '../../local/demo/content/cache-content.ts';
import { deletionsIn, type Video } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';

const VIDEOS = 5;
const OTHERS = 3;
const GENERATED_EACH = 40;
const TABLES = ['videos', 'views', 'votes', 'user_liked_videos', 'reports', 'processing_runs', 'users'];

const world = useWorld();
const { due, find } = deletionsIn(world);

/** Keys that look like the video's and are not. */
const lookAlikes = ({ videoId: id }: Video): string[] => [
  `videos/${id}`,
  `videos/${id}.mp4`,
  `videos/${id}0/a.ts`,
  `videos/${id.slice(0, -1)}/a.ts`,
  `videos/${id.slice(0, 1)}/a.ts`,
  `videos/${id}%2Fa.ts`,
  `videos//${id}/a.ts`,
  `videos/../${id}/a.ts`,
  `videos/*/a.ts`,
  `videos/${id.toUpperCase()}/a.ts`,
  `Videos/${id}/a.ts`,
  `archive/videos/${id}/a.ts`,
  `uploads/${id}.mp4.bak`,
  `uploads/${id}/../a.mp4`,
  `uploads/${id}`,
  `originals/${id}x.mp4`,
  id,
];

/** Ids that a generator makes of the video's: something before, after or in between. */
const generated = ({ videoId }: Video) =>
  fc
    .sample(fc.tuple(fc.nat(videoId.length), fc.string({ minLength: 1, maxLength: 5 })), GENERATED_EACH)
    .map(([at, text]) => `${videoId.slice(0, at)}${text.replaceAll('/', '-')}${videoId.slice(at)}`)
    .map((id) => `videos/${id}/a.ts`);

/** Each version in the bucket, with its bytes. */
async function keyLines(): Promise<string[]> {
  const all = new ListObjectVersionsCommand({ Bucket: world.bucket });
  const { Versions = [], IsTruncated } = await world.objects.send(all);
  expect(IsTruncated).toBe(false);
  const lines = Versions.map(async ({ Key, VersionId, LastModified }) => {
    const { Body } = await world.objects.send(new GetObjectCommand({ Bucket: world.bucket, Key, VersionId }));
    return `key ${Key} ${VersionId} ${LastModified?.toISOString()} ${await Body?.transformToString('base64')}`;
  });
  return await Promise.all(lines);
}

async function rowLines(): Promise<string[]> {
  const read = async (table: string) => {
    const all = sql<{ row: string }>`select ${sql.ref(table)}::text as row from ${sql.table(table)}`;
    return (await all.execute(world.db)).rows.map(({ row }) => `row ${table} ${row}`);
  };
  return (await Promise.all(TABLES.map(read))).flat();
}

const cacheLines = () =>
  world.inRedis.run(async (client) => {
    const read = async (key: string) => ((await client.type(key)) === 'set' ? client.sMembers(key) : client.get(key));
    return await Promise.all((await cacheKeys(client)).map(async (key) => `cache ${key} ${await read(key)}`));
  });

/** Everything that the stores hold. */
async function everything(): Promise<string[]> {
  const edgeLines = world.viewers.local.cached().map((path) => `edge ${path}`);
  return [...(await keyLines()), ...(await rowLines()), ...(await cacheLines()), ...edgeLines].sort();
}

/** True for what a deletion of the video may touch. */
const belongsTo = ({ videoId, ownerId }: Video, line: string) =>
  (line.startsWith('row ') && line.includes(videoId)) ||
  [
    `key videos/${videoId}/`,
    `key uploads/${videoId}.mp4 `,
    `cache video:${videoId} `,
    `cache video:${videoId}:`,
    `cache feed:${videoId}:`,
    `cache user:${ownerId}:`,
    `edge /videos/${videoId}/`,
  ].some((start) => line.startsWith(start));

test('F8 what stands beside the videos is the same, byte for byte, when they are gone', async ({ annotate }) => {
  const videos: Video[] = [];
  for (let n = 0; n < VIDEOS; n++) videos.push(await world.video());
  for (let n = 0; n < OTHERS; n++) await world.video();
  const beside = [...new Set(videos.flatMap((video) => [...lookAlikes(video), ...generated(video)]))];
  for (const key of beside) world.s3.fill(world.bucket, [key], `bytes of ${key}`);
  const isOwn = (line: string) => videos.some((video) => belongsTo(video, line));
  const neighbours = (await everything()).filter((line) => !isOwn(line));

  for (const video of videos) await due(video);
  await world.settle();
  for (const video of videos) expect((await find(video)).state).toBe('deleted');
  const after = await everything();
  expect(after.filter((line) => !isOwn(line))).toEqual(neighbours);
  expect(after.filter((line) => isOwn(line) && /^(key|edge) /.test(line))).toEqual([]);
  expect(neighbours.length).toBeGreaterThan(beside.length);
  await annotate(`${neighbours.length} neighbours of ${VIDEOS} videos byte-identical: keys, rows, cache and edge`);
});
