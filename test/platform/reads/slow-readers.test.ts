import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cacheKeysOf, feedPagesKeyOf, ownerCacheKeysOf } from '../../../functions/deletion/data-map/data-map.ts';
import type { VideoId } from '../../../functions/deletion/video-id.ts';
import type { ReadCache } from '../../../platform/reads/read-cache.ts';
import {
  type Answer,
  acceptDeletion,
  addUser,
  addVideo,
  get,
  type PlatformUnderTest,
  startPlatform,
} from './platform-api.ts';

let platform: PlatformUnderTest;
let ana: string;
let videoId: VideoId;

beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.stop());
beforeEach(async () => {
  await platform.clear();
  ana = await addUser(platform.db, 'ana');
  videoId = await addVideo(platform.db, { user_id: ana, title: 'Waves' });
});

/** Where a reader that has read the row already is overtaken by a whole deletion request. */
const MOMENTS = {
  'before it looks at the fence': (cache, meanwhile) => ({ ...cache, exists: after(meanwhile, cache.exists) }),
  'before it notes the page': (cache, meanwhile) => ({ ...cache, addToSet: after(meanwhile, cache.addToSet) }),
  'before it writes the copy': (cache, meanwhile) => ({ ...cache, set: after(meanwhile, cache.set) }),
  'after it has written the copy': (cache, meanwhile) => ({ ...cache, set: before(meanwhile, cache.set) }),
} satisfies Record<string, (cache: ReadCache, meanwhile: () => Promise<void>) => ReadCache>;
type Moment = keyof typeof MOMENTS;

const READS: { read: string; path: () => string; moments: Moment[] }[] = [
  { read: 'the feed', path: () => '/api/v1/feed', moments: Object.keys(MOMENTS) as Moment[] },
  {
    read: 'the video',
    path: () => `/api/v1/videos/${videoId}`,
    moments: ['before it looks at the fence', 'before it writes the copy', 'after it has written the copy'],
  },
  {
    read: "its owner's videos",
    path: () => '/api/v1/users/me/videos',
    moments: ['before it looks at the fence', 'before it writes the copy', 'after it has written the copy'],
  },
];

function after<A extends unknown[], T>(meanwhile: () => Promise<void>, command: (...args: A) => Promise<T>) {
  return async (...args: A) => {
    await meanwhile();
    return command(...args);
  };
}

function before<A extends unknown[], T>(meanwhile: () => Promise<void>, command: (...args: A) => Promise<T>) {
  return async (...args: A) => {
    const result = await command(...args);
    await meanwhile();
    return result;
  };
}

/** Reads as a slow reader: the deletion is accepted in the middle, once. */
async function readSlowly(path: string, moment: Moment): Promise<Answer> {
  let accepted: Promise<unknown> | undefined;
  const meanwhile = async () => {
    accepted ??= acceptDeletion(platform, { videoId, ownerId: ana });
    await accepted;
  };
  const answer = await get(platform, path, { as: ana, cache: MOMENTS[moment](platform.cache, meanwhile) });
  expect(accepted, 'the deletion was accepted while the reader was at work').toBeDefined();
  return answer;
}

describe.each(READS.flatMap(({ moments, ...read }) => moments.map((moment) => ({ ...read, moment }))))(
  'a reader of $read that is overtaken by a deletion $moment',
  ({ path, moment }) => {
    beforeEach(async () => {
      // The account is cached, so that the first command about the video is the one that waits.
      await platform.cache.set(`user:${ana}:profile`, JSON.stringify({ id: ana }), 60);
    });

    it('does not show the video', async () => {
      const { status, body } = await readSlowly(path(), moment);
      if (path().startsWith('/api/v1/videos')) expect(status).toBe(410);
      else expect(body.videos).toEqual([]);
    });

    it('leaves no copy of it behind, and no note of one', async () => {
      await readSlowly(path(), moment);
      const keys = [...cacheKeysOf(videoId), ...ownerCacheKeysOf(ana)].filter((key) => !key.endsWith(':profile'));
      expect(await platform.ports.cache.look(keys, feedPagesKeyOf(videoId))).toEqual({ keys: 0, pages: 0 });
      expect(await platform.cache.exists('feed:page:first')).toBe(false);
      expect(await platform.cache.exists(feedPagesKeyOf(videoId))).toBe(false);
    });
  },
);

describe('a copy that a slow reader has just written', () => {
  it('is not shown by the next reader, who looks at the fence', async () => {
    let shown: Answer | undefined;
    const meanwhile = async () => {
      await acceptDeletion(platform, { videoId, ownerId: ana });
    };
    const look = async () => {
      shown = await get(platform, '/api/v1/feed');
    };
    const set = before(look, after(meanwhile, platform.cache.set));
    await get(platform, '/api/v1/feed', { cache: { ...platform.cache, set } });
    expect(shown?.body.videos).toEqual([]);
  });
});
