import { describe, expect, it } from 'vitest';
import { workOnEdge } from '../../functions/deletion/edge/work-on-edge.ts';
import { type FailureCode, StepFailed } from '../../functions/deletion/errors.ts';
import { holdVideo } from '../../functions/deletion/requests/hold-video.ts';
import { reapplyDeletion } from '../../functions/deletion/requests/reapply-deletion.ts';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { undoDeletion } from '../../functions/deletion/requests/undo-deletion.ts';
import { sweepDeletions } from '../../functions/deletion/work/sweep-deletions.ts';
import { createBarrier } from '../support/barrier.ts';
import { type MemoryWorld, openMemoryWorld } from '../support/memory-world.ts';

const A_DAY = 86_400;
const GATE = { ttlSeconds: 600, invalidates: true };
const REASON = { code: 'litigation', caseNumber: '2026-CV-1187' } as const;
const down = (code: FailureCode) => async () => Promise.reject(new StepFailed(code));

/** Days in which nobody does anything, and only the sweeper sends messages. */
async function letPass(world: MemoryWorld, days: number): Promise<void> {
  for (let day = 0; day < days; day++) {
    world.advance(A_DAY);
    await sweepDeletions(world.ports);
    for (let turn = 0; turn < 4; turn++) await world.turn();
  }
}

/** Every message that is on its way is lost. */
function loseMessages({ queues }: MemoryWorld): void {
  for (const queue of [queues.cleanup, queues.edge]) {
    for (let lost = queue.receive(10); lost.length > 0; lost = queue.receive(10))
      for (const { receiptHandle } of lost) queue.delete(receiptHandle);
  }
}

async function requested(world: MemoryWorld) {
  const video = await world.video();
  const asked = { videoId: video.videoId, callerId: video.ownerId };
  const { deletion } = await requestDeletion(world.ports, asked);
  const find = async () => await world.ports.tombstones.find(video.videoId);
  const row = async () => (await world.ports.rows.find(video.ownerId, video.videoId)).video;
  return { ...video, asked, deletion, find, row };
}

describe('what nobody works on any more', () => {
  it('F76 a video that is visible when its deletion is given up is hidden by the sweeper all the same', async () => {
    const world = openMemoryWorld();
    const { rows, objects } = world.ports;
    const broken = {
      rows: { ...rows, hide: down('ServiceUnavailable'), deleteVideoRow: down('ServiceUnavailable') },
      objects: { ...objects, deleteAll: down('AccessDenied') },
    };
    Object.assign(world.ports, broken);
    const { find, row } = await requested(world);
    for (let turns = 0; (await find())?.state !== 'failed' && turns < 100; turns++) {
      world.advance(2_000);
      await world.turn();
    }
    expect(await find()).toMatchObject({ state: 'failed', hidden: false });
    Object.assign(world.ports, { rows, objects });
    loseMessages(world);
    await letPass(world, 1);
    expect(await find()).toMatchObject({ state: 'failed', hidden: true });
    expect(await row()).toMatchObject({ hidden: true });
  });

  it('F77 a gate that closes after the undo is opened again, though the one message for it is lost', async () => {
    const world = openMemoryWorld({ gate: GATE });
    const { videoId, deletion, asked, find, row } = await requested(world);
    const barrier = createBarrier();
    const gate = world.ports.gate as NonNullable<typeof world.ports.gate>;
    const slow = {
      ...gate,
      close: async (ids: Parameters<typeof gate.close>[0]) => {
        await barrier.pass();
        await gate.close(ids);
      },
    };
    const { deletionId } = deletion;
    const closing = workOnEdge({ ...world.ports, gate: slow }, [{ videoId, deletionId }]);
    await barrier.arrived(1);
    await undoDeletion(world.ports, asked);
    for (let minute = 0; minute < 5; minute++) {
      world.advance(61);
      await world.turn();
    }
    expect(await find()).toMatchObject({ state: 'cancelled', hidden: false });
    barrier.open();
    await closing;
    loseMessages(world);
    expect(world.edge.view(videoId, `/videos/${videoId}/playlist.m3u8`)).toBe(410);
    await letPass(world, 1);
    expect(world.edge.view(videoId, `/videos/${videoId}/playlist.m3u8`)).toBe(200);
    expect(await row()).toMatchObject({ hidden: false });
  });

  it.each(['hold', 'failure'])(
    'F78 an event that could not be sent is sent later, whatever the deletion has become: a %s',
    async (what) => {
      const world = openMemoryWorld();
      const { events, objects } = world.ports;
      world.ports.events = { publish: async () => Promise.reject(new Error('The bus is down')) };
      const { videoId, find } = await requested(world);
      await world.settle();
      const deleted = await find();
      expect(deleted).toMatchObject({ state: 'deleted', outbox: [{ type: 'VideoDeleted' }] });
      if (!deleted) return;
      await reapplyDeletion(world.ports, { videoId, by: 'operator' }, deleted);
      if (what === 'hold') await holdVideo(world.ports, { videoId, by: 'operator', reason: REASON });
      else world.ports.objects = { ...objects, deleteAll: down('AccessDenied') };
      if (what === 'failure')
        for (let turns = 0; (await find())?.state !== 'failed' && turns < 100; turns++) {
          world.advance(2_000);
          await world.turn();
        }
      expect((await find())?.state).toBe(what === 'hold' ? 'held' : 'failed');
      if (events) world.ports.events = events;
      loseMessages(world);
      await letPass(world, 1);
      expect(world.published).toMatchObject([{ videoId, type: 'VideoDeleted' }]);
      expect((await find())?.outbox).toEqual([]);
    },
  );
});
