import { describe, expect, it } from 'vitest';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { openMemoryWorld } from './memory-world.ts';

describe('the world in memory', () => {
  it.each([
    ['no gate', {}],
    ['a gate', { gate: { ttlSeconds: 600, invalidates: false } }],
    ['a gate and invalidations', { gate: { ttlSeconds: 600, invalidates: true } }],
  ])('deletes a video completely, and nothing else, with %s', async (_, options) => {
    const world = openMemoryWorld(options);
    const video = await world.video();
    await world.video({ ownerId: video.ownerId });
    await world.video();
    const before = world.othersThan([video]);
    expect(Object.keys(world.left(video.videoId)).sort()).toEqual(
      ['cache', 'edge', 'objects', 'processing_runs', 'reports', 'running', 'share_clicks', 'share_links'].concat([
        'user_liked_videos',
        'video_stats',
        'videos',
        'views',
        'votes',
      ]),
    );
    await requestDeletion(world.ports, { callerId: video.ownerId, videoId: video.videoId });
    await world.settle();
    const { state, receipts } = (await world.ports.tombstones.find(video.videoId)) ?? {};
    expect([state, receipts?.length]).toEqual(['deleted', 1]);
    expect(world.left(video.videoId)).toEqual({});
    expect(world.othersThan([video])).toEqual(before);
  });
});
