import { describe, expect, it } from 'vitest';
import { sweepDeletions } from '../../../../functions/deletion/work/sweep-deletions.ts';
import { workOnDeletion } from '../../../../functions/deletion/work/work-on-deletion.ts';
import { turnedInto } from '../../../support/a-tombstone.ts';
import { deletionsIn } from '../../../support/deletions.ts';
import { recordedIn } from '../../../support/recorded.ts';
import { useWorld } from '../../../support/use-world.ts';

const world = useWorld();
const { find, request } = deletionsIn(world);
const { valuesOf } = recordedIn(world);

describe('a deletion whose workers all died', () => {
  it('counts as failed once', async () => {
    const video = await world.video();
    await request(video);
    const deletion = await find(video);
    const worn = { ...deletion, revision: deletion.revision + 1, state: 'running' as const, attempts: 12 };
    await world.ports.tombstones.write(deletion, worn);
    world.advance(10);
    const message = video.message(deletion.deletionId);
    await workOnDeletion(world.ports, message, () => 900_000);
    await workOnDeletion(world.ports, message, () => 900_000);
    expect((await find(video)).state).toBe('failed');
    expect(valuesOf('DeletionsFailed')).toEqual([1]);
  });
});

describe('a deletion that another worker has taken', () => {
  it('does not count as failed when the one before gives up', async () => {
    const video = await world.video();
    await request(video);
    const deletion = await find(video);
    const worn = turnedInto(deletion, { state: 'running', attempts: 12, dueAt: deletion.dueAt });
    const taken = turnedInto(worn, { lease: { owner: 'another', until: '2026-11-22T10:00:00.000Z' } });
    await world.ports.tombstones.write(deletion, worn);
    world.advance(10);
    // Another worker writes between the dead letter and the write of `failed`.
    world.ports.deadLetters = { send: async () => void (await world.ports.tombstones.write(worn, taken)) };
    await workOnDeletion(world.ports, video.message(deletion.deletionId), () => 900_000);
    expect(await find(video)).toMatchObject({ state: 'running', lease: { owner: 'another' } });
    expect(valuesOf('DeletionsFailed')).toEqual([]);
    await world.settle();
  });
});

describe('a deletion that the store holds', () => {
  it('counts as held', async () => {
    const video = await world.video();
    await world.lock(`videos/${video.videoId}/thumbnail.jpg`, new Date(Date.now() + 86_400_000));
    await request(video);
    world.advance(10);
    await world.turn();
    expect((await find(video)).state).toBe('held');
    expect(valuesOf('DeletionsHeld')).toEqual([1]);
    expect(valuesOf('DeletionsFailed')).toEqual([]);
  });
});

describe('the age of the oldest open deletion', () => {
  it('is counted from the end of its undo window, and is 0 once none is open', async () => {
    const [older, newer] = [await world.video(), await world.video()];
    await request(older);
    await sweepDeletions(world.ports);
    world.advance(7);
    await request(newer);
    world.advance(8);
    await sweepDeletions(world.ports);
    await world.settle();
    await sweepDeletions(world.ports);
    expect(valuesOf('OldestOpenDeletionAge')).toEqual([0, 5, 0]);
  });

  it('is left out when the table cannot be asked, and the sweep goes on', async () => {
    world.ports.tombstones = { ...world.ports.tombstones, oldestOpen: () => Promise.reject(new Error('down')) };
    expect(await sweepDeletions(world.ports)).toBe(0);
    expect(valuesOf('OldestOpenDeletionAge')).toEqual([]);
    expect(world.logged).toContainEqual({ message: 'oldest deletion not found', fields: { code: 'Error' } });
  });
});
