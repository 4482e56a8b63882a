import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import type { Username } from '../../platform/seed/accounts.ts';
import { SAMPLE_VIDEOS } from '../../platform/seed/sample-videos.ts';
import { readyVideosOf, videoPath } from '../support/api-client.ts';
import { cacheEntries, leftIn } from '../support/left-in.ts';
import { openSystem, type TestSystem } from '../support/system.ts';

const [KEPT = '', UNDONE = '', HIDDEN = ''] = readyVideosOf('ana');
const [DISABLEDS = ''] = readyVideosOf('max');
const NOT_READY = SAMPLE_VIDEOS.find(({ status }) => status === 'processing')?.id ?? '';
const UNKNOWN = '01936b4e-0002-7000-8000-0000000000ff';

let system: TestSystem;
beforeAll(async () => {
  // Nothing is removed while the tests look at it.
  system = await openSystem({ environment: { UNDO_SECONDS: '600' } });
  const { status } = await system.call('DELETE', videoPath(HIDDEN), { as: 'ana' });
  expect(status).toBe(202);
});
afterAll(() => system?.stop());

const tombstoneOf = (videoId: string) => system.ports.tombstones.find(parseVideoId(videoId));

/** Where the platform shows a video: in the feed, to its owner, by its address, and in the figures. */
async function shownIn(videoId: string) {
  const isIn = async (path: string) =>
    (await system.call('GET', path, { as: 'ana' })).body.videos?.some(({ id }) => id === videoId);
  return {
    feed: await isIn('/api/v1/feed'),
    profile: await isIn('/api/v1/users/me/videos'),
    video: (await system.call('GET', videoPath(videoId))).status,
    figure: (await system.call('GET', '/api/v1/users/me', { as: 'ana' })).body.stats?.videos_uploaded,
  };
}

describe('a deletion that can still be undone', () => {
  test('is the same one when its owner asks again, and nothing is written', async () => {
    const before = await tombstoneOf(HIDDEN);
    const { status, body } = await system.call('DELETE', videoPath(HIDDEN), { as: 'ana' });
    expect(status).toBe(202);
    expect(body).toMatchObject({ deletionId: before?.deletionId, state: 'pending', reason: 'owner' });
    expect(await tombstoneOf(HIDDEN)).toEqual(before);
  });

  test('is the same one when an admin asks as well, who joins it once', async () => {
    const before = await tombstoneOf(HIDDEN);
    for (let again = 0; again < 2; again++) {
      const { status, body } = await system.call('DELETE', videoPath(HIDDEN), { as: 'rosa' });
      expect(status).toBe(202);
      expect(body).toMatchObject({ deletionId: before?.deletionId, state: 'pending', reason: 'owner' });
      expect(body.requests).toMatchObject([{ reason: 'owner' }, { reason: 'admin' }]);
    }
    expect((await tombstoneOf(HIDDEN))?.revision).toBe((before?.revision ?? 0) + 1);
  });

  test('has no receipt yet and cannot be replayed', async () => {
    const receipt = await system.call('GET', `${videoPath(HIDDEN)}/deletion/receipt`, { as: 'ana' });
    expect(receipt.status).toBe(409);
    const replays = await Promise.all(
      (['rosa', 'ana', 'ben'] as const).map((as) =>
        system.call('POST', `${videoPath(HIDDEN)}/deletion/replay`, { as }),
      ),
    );
    expect(replays.map(({ status }) => status)).toEqual([409, 403, 404]);
  });

  test('stands beside the videos of its owner only on request', async () => {
    const { body } = await system.call('GET', '/api/v1/users/me/videos?include=deleting', { as: 'ana' });
    expect(body.videos?.find(({ id }) => id === HIDDEN)).toMatchObject({ deletion: 'pending' });
  });

  test('is undone: the video is back everywhere at once, and no fence stands', async () => {
    const visible = await shownIn(UNDONE);
    expect(visible).toMatchObject({ feed: true, profile: true, video: 200 });
    const before = await leftIn(system, UNDONE);
    const { body } = await system.call('DELETE', videoPath(UNDONE), { as: 'ana' });
    expect((await system.call('GET', videoPath(UNDONE))).status).toBe(410);
    expect(await cacheEntries(system)).toHaveProperty(`video:${UNDONE}:gone`);

    const undone = await system.call('POST', `${videoPath(UNDONE)}/deletion/undo`, { as: 'ana' });
    expect(undone.status).toBe(200);
    expect(undone.body).toMatchObject({ deletionId: body.deletionId, state: 'cancelled', hidden: false });
    expect(await cacheEntries(system)).not.toHaveProperty(`video:${UNDONE}:gone`);
    expect(await shownIn(UNDONE)).toEqual(visible);
    expect(await leftIn(system, UNDONE)).toEqual(before);
  });

  test('is undone once: asking again changes nothing, and a new DELETE begins another deletion', async () => {
    const undone = await tombstoneOf(UNDONE);
    const again = await system.call('POST', `${videoPath(UNDONE)}/deletion/undo`, { as: 'ana' });
    expect(again.status).toBe(200);
    expect(await tombstoneOf(UNDONE)).toEqual(undone);
    const { status, body } = await system.call('DELETE', videoPath(UNDONE), { as: 'ana' });
    expect(status).toBe(202);
    expect(body.deletionId).not.toBe(undone?.deletionId);
    expect(await shownIn(UNDONE)).toMatchObject({ feed: false, profile: false, video: 410 });
  });
});

describe('a stranger', () => {
  const refusals: [string, Username, string, number][] = [
    ['a public video of another', 'ben', KEPT, 403],
    ['one that is not ready', 'ben', NOT_READY, 404],
    ['one that is hidden', 'ben', HIDDEN, 404],
    ['one that nobody knows', 'ben', UNKNOWN, 404],
    ['one that nobody knows, as an admin', 'rosa', UNKNOWN, 404],
    ['their own, with a disabled account', 'max', DISABLEDS, 403],
  ];
  test.each(refusals)('may not delete %s', async (_what, as, videoId, expected) => {
    const before = { tombstone: await tombstoneOf(videoId), left: await leftIn(system, videoId) };
    const { status, headers } = await system.call('DELETE', videoPath(videoId), { as });
    expect(status).toBe(expected);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect({ tombstone: await tombstoneOf(videoId), left: await leftIn(system, videoId) }).toEqual(before);
  });

  test('learns nothing of a deletion on any path below the video', async () => {
    const [hidden, unknown] = await Promise.all([HIDDEN, UNKNOWN].map(answersBelow));
    expect(hidden?.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    // Word for word what is said of a video that never was.
    expect(hidden?.map(({ text }) => text.replaceAll(HIDDEN, UNKNOWN))).toEqual(unknown?.map(({ text }) => text));
  });
});

function answersBelow(videoId: string) {
  const below = ['GET deletion', 'GET deletion/receipt', 'POST deletion/undo', 'POST deletion/replay'];
  return Promise.all(
    below.map((call) => {
      const [method = '', path = ''] = call.split(' ');
      return system.call(method, `${videoPath(videoId)}/${path}`, { as: 'ben' });
    }),
  );
}
