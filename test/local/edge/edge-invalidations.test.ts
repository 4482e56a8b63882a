import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OriginAnswer } from '../../../local/edge/edge-cache.ts';
import { content, type OpenEdge, openEdge } from '../../support/local-edge.ts';
import { PATIENCE } from '../../support/patience.ts';

const PATH = '/videos/a/720p/a_001.ts';

describe('createInvalidations', () => {
  let opened: OpenEdge;
  beforeEach(async () => {
    opened = await openEdge();
    opened.objects.set(PATH, content('segment'));
  });
  afterEach(() => opened.close());

  it('serves the old copy until the invalidation completes', async () => {
    const { edge, local, objects, view } = opened;
    await view(PATH);
    objects.delete(PATH);
    await edge.invalidate(['/videos/a/*'], 'a:1');
    expect((await view(PATH)).text).toBe('segment');
    local.completeInvalidations();
    expect((await view(PATH)).status).toBe(404);
    expect(local.cached()).toEqual([]);
  });

  it('drops no copy of a neighbour', async () => {
    const { edge, local, objects, view } = opened;
    objects.set('/videos/ab/b_001.ts', content('neighbour'));
    await view(PATH);
    await view('/videos/ab/b_001.ts');
    await edge.invalidate(['/videos/a/*', '/videos/a'], 'a:1');
    local.completeInvalidations();
    expect(local.cached()).toEqual(['/videos/ab/b_001.ts']);
  });

  it('compares paths as they are written', async () => {
    const { edge, local, objects, view } = opened;
    objects.set('/originals/a%20(1).mp4', content('original'));
    await view('/originals/a%20(1).mp4');
    await edge.invalidate(['/originals/a%20%281%29.mp4'], 'a:1');
    local.completeInvalidations();
    expect(local.cached()).toEqual(['/originals/a%20(1).mp4']);
    await edge.invalidate(['/originals/a%20(1).mp4'], 'a:2');
    local.completeInvalidations();
    expect(local.cached()).toEqual([]);
  });

  it('keeps what it fetched anew while the invalidation was in progress', async () => {
    const { edge, local, view } = opened;
    await edge.invalidate(['/videos/a/*'], 'a:1');
    await view(PATH);
    local.completeInvalidations();
    expect((await view(PATH)).cache).toBe('Hit from cloudfront');
  });

  it('drops what was on its way from the origin when the invalidation was created', async () => {
    const { edge, local, origin, view } = opened;
    const arrival = Promise.withResolvers<OriginAnswer>();
    origin.mockReturnValueOnce(arrival.promise);
    const viewed = view(PATH);
    await vi.waitFor(() => expect(origin).toHaveBeenCalled(), PATIENCE);
    await edge.invalidate(['/videos/a/*'], 'a:1');
    local.completeInvalidations();
    arrival.resolve(content('old'));
    expect((await viewed).text).toBe('old');
    expect(local.cached()).toEqual([]);
  });

  it('keeps what set out from the origin after the invalidation was created', async () => {
    const { edge, local, origin, view } = opened;
    const arrival = Promise.withResolvers<OriginAnswer>();
    await edge.invalidate(['/videos/a/*'], 'a:1');
    origin.mockReturnValueOnce(arrival.promise);
    const viewed = view(PATH);
    await vi.waitFor(() => expect(origin).toHaveBeenCalled(), PATIENCE);
    local.completeInvalidations();
    arrival.resolve(content('new'));
    expect((await viewed).text).toBe('new');
    expect(local.cached()).toEqual([PATH]);
  });

  it('completes by itself after its time', async () => {
    const quick = await openEdge({ completeAfterMilliseconds: 1 });
    const { invalidationId } = await quick.edge.invalidate(['/videos/a/*'], 'a:1');
    await vi.waitFor(async () => expect(await quick.edge.isCompleted(invalidationId)).toBe(true), PATIENCE);
    await quick.close();
  });

  it.each([
    ['a path with a wildcard inside', ['/videos/*/a.ts']],
    ['a path without a slash at its start', ['videos/a/*']],
    ['no path', []],
  ])('refuses %s', async (_, paths) => {
    await expect(opened.edge.invalidate(paths, 'a:1')).rejects.toMatchObject({ name: 'InvalidArgument' });
  });
});
