import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { acceptDeletion, addUser, addVideo, get, type PlatformUnderTest, startPlatform } from './platform-api.ts';

const PATH = '/api/v1/users/me/videos?include=deleting';

let platform: PlatformUnderTest;
let ana: string;

beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.stop());
beforeEach(async () => {
  await platform.clear();
  ana = await addUser(platform.db, 'ana');
  const videos = [
    { title: 'b sea', duration_seconds: 5, created_at: '2026-11-03T00:00:00Z' },
    { title: 'A Sea', duration_seconds: 5, created_at: '2026-11-01T00:00:00Z' },
    { title: 'c 50% sea_side', duration_seconds: 9, created_at: '2026-11-02T00:00:00Z', status: 'failed' as const },
    { title: 'd hill', created_at: '2026-11-04T00:00:00Z', status: 'uploading' as const },
  ];
  for (const video of videos) await addVideo(platform.db, { user_id: ana, ...video });
  await addVideo(platform.db, { user_id: await addUser(platform.db, 'ben'), title: "Ben's sea" });
});

async function search(query: string) {
  const { status, body } = await get(platform, `${PATH}&${query}`, { as: ana });
  expect(status).toBe(200);
  return body as unknown as { videos: { title: string }[]; total: number; cursor?: string };
}
const titles = async (query: string) => (await search(query)).videos.map(({ title }) => title);

it.each([
  ['sort=newest', ['d hill', 'b sea', 'c 50% sea_side', 'A Sea']],
  ['sort=oldest', ['A Sea', 'c 50% sea_side', 'b sea', 'd hill']],
  ['sort=title', ['A Sea', 'b sea', 'c 50% sea_side', 'd hill']],
  ['q=SEA&sort=title', ['A Sea', 'b sea', 'c 50% sea_side']],
  [`q=${encodeURIComponent('50% ')}`, ['c 50% sea_side']],
  [`q=${encodeURIComponent('5_%')}`, []],
  ['q=a_s', ['c 50% sea_side']],
  ['status=processing', ['d hill']],
  ['status=failed&q=sea', ['c 50% sea_side']],
])('%s finds %j, and nothing of anybody else', async (query, expected) => {
  expect(await titles(query)).toEqual(expected);
  expect((await search(query)).total).toBe(expected.length);
});

it.each(['newest', 'oldest', 'viewed', 'longest', 'title'])(
  'pages by %s lead through all of them, each once',
  async (sort) => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await search(`sort=${sort}&limit=1${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...page.videos.map(({ title }) => title));
      cursor = page.cursor;
    } while (cursor);
    expect(seen).toEqual(await titles(`sort=${sort}`));
    expect(new Set(seen).size).toBe(4);
  },
);

it('counts no video that is being deleted, and shows it with its state', async () => {
  const videoId = await addVideo(platform.db, { user_id: ana, title: 'e sea' });
  await acceptDeletion(platform, { videoId, ownerId: ana });
  const { videos, total } = await search('q=sea&sort=title');
  expect(videos.at(-1)).toMatchObject({ title: 'e sea', deletion: 'pending' });
  expect(total).toBe(3);
});

it.each([
  'sort=best',
  'status=lost',
  'limit=0',
  'limit=101',
  'limit=x',
  `q=${'a'.repeat(201)}`,
  'sort=title&cursor=W10',
])('%s is refused with what would be right', async (query) => {
  const { status } = await get(platform, `${PATH}&${query}`, { as: ana });
  expect(status).toBe(400);
});

it('refuses a cursor of another order', async () => {
  const { cursor } = await search('sort=title&limit=1');
  expect((await get(platform, `${PATH}&sort=viewed&cursor=${cursor}`, { as: ana })).status).toBe(400);
});
