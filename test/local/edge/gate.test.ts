import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readyVideosOf, untilState, videoPath } from '../../support/api-client.ts';
import { openSystem, type TestSystem } from '../../support/system.ts';

describe('the local system with a gate at its edge', () => {
  let system: TestSystem;
  beforeAll(async () => {
    const environment = { EDGE_MODE: 'gate', EDGE_TTL_SECONDS: '3', UNDO_SECONDS: '60' };
    system = await openSystem({ environment });
  });
  afterAll(() => system.stop());

  const [first = '', second = ''] = readyVideosOf('ana');
  const view = async (videoId: string) => (await fetch(`${system.url}/videos/${videoId}/playlist.m3u8`)).status;
  const remove = (videoId: string) => system.call('DELETE', videoPath(videoId), { as: 'ana' });

  it('refuses the video within its undo window, and shows it again when it is undone', async () => {
    expect(await view(first)).toBe(200);
    await remove(first);
    await expect.poll(() => view(first)).toBe(410);
    expect(await view(second)).toBe(200);
    await system.call('POST', `${videoPath(first)}/deletion/undo`, { as: 'ana' });
    await expect.poll(() => view(first)).toBe(200);
  });

  it('deletes it without an invalidation, once the copies have ended', async () => {
    await system.stop();
    system = await openSystem({ environment: { EDGE_MODE: 'gate', EDGE_TTL_SECONDS: '3', UNDO_SECONDS: '1' } });
    expect(await view(second)).toBe(200);
    await remove(second);
    await untilState(system.call, second, 'deleted');
    expect(await view(second)).toBe(410);
    const { edge } = (await system.ports.tombstones.find(second as never)) ?? {};
    expect(edge).toMatchObject({ paths: 0, gatedAt: expect.any(String) });
    expect(edge?.invalidationId).toBeUndefined();
  });
});
