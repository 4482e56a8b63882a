import { beforeEach, describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../../functions/deletion/errors.ts';
import type { Ports, VideoCache } from '../../../functions/deletion/ports.ts';
import { requestDeletion } from '../../../functions/deletion/request-deletion.ts';
import { sweepDeletions } from '../../../functions/deletion/sweep-deletions.ts';
import { STEP_NAMES } from '../../../functions/deletion/tombstone.ts';
import { workOnDeletion } from '../../../functions/deletion/work-on-deletion.ts';
import { useWorld } from '../../support/use-world.ts';
import type { World } from '../../support/world.ts';

type Video = Awaited<ReturnType<World['video']>>;
type Named = Parameters<Ports['metrics']['record']>[0];
const world = useWorld();
beforeEach(() => {
  world.recorded.length = 0;
});

const request = ({ ownerId, videoId }: Video) => requestDeletion(world.ports, { callerId: ownerId, videoId });
const valuesOf = (name: Named) => world.recorded.flatMap(([named, value]) => (named === name ? [value] : []));
const stepsOf = (name: Named) => world.recorded.flatMap(([named, , step]) => (named === name ? [step] : []));
/** Adds up, by name, what is counted; times are told apart. */
const sums = () => {
  const counted: Partial<Record<Named, number>> = {};
  for (const [name, value] of world.recorded) if (name !== 'StepTime') counted[name] = (counted[name] ?? 0) + value;
  return counted;
};
async function stored({ videoId }: Video) {
  return await world.ports.tombstones.find(videoId);
}
async function settling(): Promise<Video> {
  const video = await world.video();
  await request(video);
  world.advance(10);
  await world.turn();
  expect((await stored(video))?.state).toBe('settling');
  return video;
}

describe('the figures of a deletion', () => {
  it('are one request, one end, and what it removed', async () => {
    const video = await world.video();
    await request(video);
    await world.settle();
    expect(sums()).toEqual({
      DeletionsRequested: 1,
      DeletionsDeleted: 1,
      // 6 objects, 2 older versions, a delete marker and an upload; 3 views, a vote, a like, a run and the video.
      ObjectsDeleted: 10,
      BytesDeleted: (await stored(video))?.steps.deleteObjects.counts.bytes,
      RowsDeleted: 7,
      ResidueFound: 0,
    });
    expect(valuesOf('ResidueFound')).toEqual([0]);
  });

  it('hold the time of every run of a step, in milliseconds', async () => {
    const { look } = world.ports.rows;
    world.ports.rows = {
      ...world.ports.rows,
      look: (videoId) => {
        world.advance(1.5);
        return look(videoId);
      },
    };
    const video = await world.video();
    await request(video);
    await world.settle();
    const tombstone = await stored(video);
    const ran = STEP_NAMES.flatMap((name) => Array(tombstone?.steps[name].attempts).fill(name));
    expect(stepsOf('StepTime').toSorted()).toEqual(ran.toSorted());
    expect(world.recorded.filter(([name, , step]) => name === 'StepTime' && step === 'verify')).toEqual([
      ['StepTime', 1500, 'verify'],
      ['StepTime', 1500, 'verify'],
    ]);
  });

  it('count one request however often it is asked for', async () => {
    const video = await world.video();
    await request(video);
    await request(video);
    expect(valuesOf('DeletionsRequested')).toEqual([1]);
    await world.settle();
  });

  it('count of a worker whose lease went to another what it had written down, and no more', async () => {
    const video = await world.video();
    const { deletion } = await request(video);
    world.advance(10);
    const slow = {
      ...world.ports,
      rows: {
        ...world.ports.rows,
        deleteVideo: async () => {
          world.advance(61);
          await workOnDeletion(world.ports, video.message(deletion.deletionId), () => 900_000);
          return { counts: { videos: 1 }, missed: [] };
        },
      },
    };
    await workOnDeletion(slow, video.message(deletion.deletionId), () => 900_000);
    await world.settle();
    // The views, the vote and the like are the slow one's, whose step never came to its end.
    expect(sums()).toMatchObject({ ObjectsDeleted: 10, RowsDeleted: 2, DeletionsDeleted: 1 });
  });
});

describe('time that runs out', () => {
  it('is no failure', async () => {
    const video = await world.video();
    await request(video);
    world.advance(10);
    let calls = 0;
    await world.turn(() => (++calls > 2 ? 19_000 : 60_000));
    expect((await stored(video))?.state).toBe('running');
    expect(stepsOf('StepTime')).toContain('deleteObjects');
    expect(valuesOf('StepFailures')).toEqual([]);
    await world.settle();
  });
});

describe('a step that fails', () => {
  it('counts once a try, under its name, and what it removed all the same', async () => {
    const video = await world.video();
    const lift = world.s3.faults.failKeys({ key: /a_002/, code: 'AccessDenied' });
    await request(video);
    world.advance(10);
    await world.turn();
    expect(sums()).toMatchObject({ StepFailures: 1, ObjectsDeleted: 9 });
    expect(stepsOf('StepFailures')).toEqual(['deleteObjects']);
    lift();
    await world.settle();
    expect(sums()).toMatchObject({ StepFailures: 1, ObjectsDeleted: 10, DeletionsDeleted: 1 });
  });

  it('counts in the request as well: a video that could not be hidden', async () => {
    const video = await world.video();
    const hide = () => Promise.reject(new StoreUnavailable('The database is down'));
    world.ports.rows = { ...world.ports.rows, hide };
    await request(video);
    expect(stepsOf('StepFailures')).toEqual(['hide']);
    world.mend();
    await world.settle();
    expect(sums()).toMatchObject({ StepFailures: 1, DeletionsDeleted: 1 });
  });

  it('is given up once; every try counts, and the first was no retry', async () => {
    const video = await world.video();
    world.s3.faults.failRequests({ code: 'AccessDenied', status: 403 });
    await request(video);
    await world.settle();
    expect((await stored(video))?.state).toBe('failed');
    const { RowsDeleted, ...others } = sums();
    expect(RowsDeleted).toBe(7);
    expect(others).toEqual({ DeletionsRequested: 1, DeletionsFailed: 1, StepFailures: 13 });
    expect(new Set(stepsOf('StepFailures'))).toEqual(new Set(['deleteObjects']));
  });
});

describe('a deletion whose workers all died', () => {
  it('counts as failed once', async () => {
    const video = await world.video();
    const { deletion } = await request(video);
    const worn = { ...deletion, revision: deletion.revision + 1, state: 'running' as const, attempts: 12 };
    await world.ports.tombstones.write(deletion, worn);
    world.advance(10);
    const message = video.message(deletion.deletionId);
    await workOnDeletion(world.ports, message, () => 900_000);
    await workOnDeletion(world.ports, message, () => 900_000);
    expect((await stored(video))?.state).toBe('failed');
    expect(valuesOf('DeletionsFailed')).toEqual([1]);
  });
});

describe('a deletion that another worker has taken', () => {
  it('does not count as failed when the one before gives up', async () => {
    const video = await world.video();
    const { deletion } = await request(video);
    const next = { ...deletion, revision: deletion.revision + 1 };
    const worn = { ...next, state: 'running' as const, attempts: 12 };
    const taken = { ...worn, revision: worn.revision + 1, leaseOwner: 'another' };
    await world.ports.tombstones.write(deletion, worn);
    world.advance(10);
    // Between the dead letter and the write that says failed.
    world.ports.deadLetters = { send: async () => void (await world.ports.tombstones.write(worn, taken)) };
    await workOnDeletion(world.ports, video.message(deletion.deletionId), () => 900_000);
    expect(await stored(video)).toMatchObject({ state: 'running', leaseOwner: 'another' });
    expect(valuesOf('DeletionsFailed')).toEqual([]);
    await world.settle();
  });
});

describe('what is found before everything was empty once', () => {
  it('is no residue', async () => {
    const video = await world.video();
    await request(video);
    const cache = world.ports.cache as VideoCache;
    let times = 0;
    const late = async (...args: Parameters<VideoCache['invalidate']>) => {
      const counts = await cache.invalidate(...args);
      const isFirst = (await stored(video))?.state === 'running' && times++ === 0;
      if (isFirst) await world.inRedis.run((client) => client.set(`video:${video.videoId}:meta`, 'slow'));
      return counts;
    };
    world.ports.cache = { ...cache, invalidate: late };
    await world.settle();
    expect((await stored(video))?.steps.verify.counts).toMatchObject({ keys: 1 });
    expect(sums()).toMatchObject({ DeletionsDeleted: 1, ResidueFound: 0 });
  });
});

describe('what is found while settling', () => {
  it('counts as residue: an object that a late writer left', async () => {
    const video = await settling();
    await world.put(`videos/${video.videoId}/720p/a_099.ts`);
    await world.settle();
    expect(valuesOf('ResidueFound')).toEqual([1, 0]);
    expect(sums()).toMatchObject({ ObjectsDeleted: 11, DeletionsDeleted: 1 });
  });

  it('counts as residue: a cached copy of a slow reader', async () => {
    const video = await settling();
    await world.inRedis.run((client) => client.set(`video:${video.videoId}:meta`, 'slow'));
    await world.settle();
    expect(valuesOf('ResidueFound')).toEqual([1, 0]);
  });

  it("does not count the owner's own lists", async () => {
    const video = await settling();
    await world.inRedis.run((client) => client.set(`user:${video.ownerId}:profile`, 'fresh'));
    await world.settle();
    expect(valuesOf('ResidueFound')).toEqual([0]);
  });
});

describe('a deletion that the store holds', () => {
  it('counts as held', async () => {
    const video = await world.video();
    await world.lock(`videos/${video.videoId}/thumbnail.jpg`, new Date(Date.now() + 86_400_000));
    await request(video);
    world.advance(10);
    await world.turn();
    expect((await stored(video))?.state).toBe('held');
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
