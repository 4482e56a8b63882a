import { describe, expect, it } from 'vitest';
import { workOnEdge } from '../../../../functions/deletion/edge/work-on-edge.ts';
import { TooManyInvalidations, UnknownInvalidation } from '../../../../functions/deletion/errors.ts';
import type { Ports } from '../../../../functions/deletion/ports.ts';
import { requestDeletion } from '../../../../functions/deletion/requests/request-deletion.ts';
import type { VideoId } from '../../../../functions/deletion/video-id.ts';
import { workOnDeletion } from '../../../../functions/deletion/work/work-on-deletion.ts';
import { useWorld } from '../../../support/use-world.ts';
import type { World } from '../../../support/world.ts';

type Video = Awaited<ReturnType<World['video']>>;
const world = useWorld();

const edgeOf = async ({ videoId }: Video) => (await world.ports.tombstones.find(videoId))?.edge;

/** Deletions that have requested an invalidation, and their messages. */
async function asking(count: number) {
  const videos: Video[] = [];
  for (let n = 0; n < count; n++) videos.push(await world.video());
  for (const { ownerId, videoId } of videos) await requestDeletion(world.ports, { callerId: ownerId, videoId });
  world.advance(10);
  while (world.queues.edge.messages().length < count) await cleanUp();
  const messages = world.queues.edge.receive(10_000).map(({ message, receiptHandle }) => {
    world.queues.edge.delete(receiptHandle);
    return message;
  });
  return { videos, messages };
}

async function cleanUp(): Promise<void> {
  for (const { message, receiptHandle } of world.queues.cleanup.receive()) {
    await workOnDeletion(world.ports, message, () => 900_000);
    world.queues.cleanup.delete(receiptHandle);
  }
}

describe('F15 many deletions at once', () => {
  it('are merged into invalidations of fifteen wildcards, and none is dropped', async () => {
    const { videos, messages } = await asking(20);
    expect(await workOnEdge(world.ports, messages)).toEqual([]);
    const first = await Promise.all(videos.map(edgeOf));
    expect(new Set(first.flatMap((edge) => edge?.invalidationId ?? [])).size).toBe(1);
    expect(first.filter((edge) => edge?.invalidationId)).toHaveLength(15);
    await world.settle();
    const edges = await Promise.all(videos.map(edgeOf));
    expect(edges.every((edge) => edge?.completedAt)).toBe(true);
    for (const { videoId, ownerId } of videos) expect(await world.left(videoId, ownerId)).toEqual({});
  });

  it('that the edge refuses together are asked for one by one, so that one bad path holds up no other', async () => {
    const { videos, messages } = await asking(3);
    const [, bad] = videos;
    const { edge } = world.ports;
    const refusal = Object.assign(new Error('One of the paths'), { name: 'InvalidArgument' });
    const invalidate: NonNullable<Ports['edge']>['invalidate'] = async (paths, reference) => {
      if (paths.some((path) => path.includes(`${bad?.videoId}`))) throw refusal;
      return await (world.whole.edge as NonNullable<Ports['edge']>).invalidate(paths, reference);
    };
    world.ports.edge = { ...(edge as NonNullable<Ports['edge']>), invalidate };
    const failed = await workOnEdge(world.ports, messages);
    world.ports.edge = edge;
    expect(failed, 'the step has failed, so the deletion itself asks again').toEqual([]);
    const { steps } = (await world.ports.tombstones.find(`${bad?.videoId}` as VideoId)) ?? {};
    expect(steps?.invalidateEdge).toMatchObject({ state: 'failed', error: 'InvalidArgument', failures: 1 });
    const edges = await Promise.all(videos.map(edgeOf));
    expect(edges.map((one) => one?.invalidationId !== undefined)).toEqual([true, false, true]);
    await world.settle();
    for (const { videoId, ownerId } of videos) expect(await world.left(videoId, ownerId)).toEqual({});
  });

  it('are repeated for nothing: the same request leads to the same invalidation', async () => {
    const { videos, messages } = await asking(2);
    const calls: string[] = [];
    const invalidate: NonNullable<Ports['edge']>['invalidate'] = async (paths, reference) => {
      calls.push(reference);
      if (calls.length === 1) throw new Error('The answer was lost');
      return await (world.whole.edge as NonNullable<Ports['edge']>).invalidate(paths, reference);
    };
    world.ports.edge = { ...world.ports.edge, invalidate };
    expect(await workOnEdge(world.ports, messages)).toEqual(messages);
    expect(await workOnEdge(world.ports, messages)).toEqual([]);
    expect(calls[1]).toBe(calls[0]);
    await world.settle();
    expect((await Promise.all(videos.map(edgeOf))).every((edge) => edge?.completedAt)).toBe(true);
  });
});

describe('an invalidation', () => {
  it('names the video and its stray keys, and nothing beside', async () => {
    const { videos, messages } = await asking(1);
    const [{ videoId }] = videos as [Video];
    const named: string[] = [];
    const edge = world.ports.edge as NonNullable<Ports['edge']>;
    const invalidate: typeof edge.invalidate = async (paths, reference) => {
      named.push(...paths);
      return await edge.invalidate(paths, reference);
    };
    await workOnEdge({ ...world.ports, edge: { ...edge, invalidate } }, messages);
    expect(named.sort()).toEqual([`/uploads/${videoId}.mp4`, `/videos/${videoId}/*`]);
    expect((await edgeOf(videos[0] as Video))?.paths).toBe(2);
    await world.settle();
  });

  it('that the edge does not take now is asked for later', async () => {
    const { videos, messages } = await asking(1);
    const refuse = () => Promise.reject(new TooManyInvalidations());
    world.ports.edge = { ...world.ports.edge, invalidate: refuse };
    expect(await workOnEdge(world.ports, messages)).toEqual([]);
    expect(world.queues.edge.messages()).toEqual(messages);
    world.mend();
    await world.settle();
    expect((await edgeOf(videos[0] as Video))?.completedAt).toBeDefined();
  });

  it('F16 that does not complete is asked for anew after half an hour, under another reference', async () => {
    const { videos, messages } = await asking(1);
    await workOnEdge(world.ports, messages);
    const first = await edgeOf(videos[0] as Video);
    world.advance(1799);
    await workOnEdge(world.ports, messages);
    expect((await edgeOf(videos[0] as Video))?.callerReference).toBe(first?.callerReference);
    world.advance(1);
    await workOnEdge(world.ports, messages);
    const second = await edgeOf(videos[0] as Video);
    expect(second?.callerReference).not.toBe(first?.callerReference);
    expect(second?.invalidationId).not.toBe(first?.invalidationId);
    await world.settle();
  });

  it('that the edge does not know any more is asked for anew', async () => {
    const { videos, messages } = await asking(1);
    await workOnEdge(world.ports, messages);
    const first = await edgeOf(videos[0] as Video);
    world.ports.edge = { ...world.ports.edge, isCompleted: () => Promise.reject(new UnknownInvalidation()) };
    await workOnEdge(world.ports, messages);
    expect((await edgeOf(videos[0] as Video))?.callerReference).not.toBe(first?.callerReference);
    world.mend();
    await world.settle();
    expect((await edgeOf(videos[0] as Video))?.completedAt).toBeDefined();
  });

  it('that nobody looked at, its message being lost, is looked at when the deletion settles', async () => {
    const { videos, messages } = await asking(1);
    await workOnEdge(world.ports, messages);
    world.advance(900);
    for (const { receiptHandle } of world.queues.edge.receive()) world.queues.edge.delete(receiptHandle);
    await world.settle();
    expect(await world.ports.tombstones.find((videos[0] as Video).videoId)).toMatchObject({ state: 'deleted' });
  });

  it('is not made for a deletion that was replaced', async () => {
    const { messages } = await asking(1);
    const [message] = messages as [(typeof messages)[0]];
    expect(await workOnEdge(world.ports, [{ ...message, deletionId: message.videoId }])).toEqual([]);
    expect((await world.ports.tombstones.find(message.videoId))?.edge).toBeUndefined();
    await workOnEdge(world.ports, messages);
    await world.settle();
  });
});
