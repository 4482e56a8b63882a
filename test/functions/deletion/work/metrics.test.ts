import { describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../../../functions/deletion/errors.ts';
import { STEP_NAMES } from '../../../../functions/deletion/record/steps.ts';
import { workOnDeletion } from '../../../../functions/deletion/work/work-on-deletion.ts';
import { deletionsIn } from '../../../support/deletions.ts';
import { recordedIn } from '../../../support/recorded.ts';
import { useWorld } from '../../../support/use-world.ts';

const world = useWorld();
const { find, request } = deletionsIn(world);
const { valuesOf, stepsOf, sums } = recordedIn(world);

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
      BytesDeleted: (await find(video)).steps.deleteObjects.counts.bytes,
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
    const tombstone = await find(video);
    const ran = STEP_NAMES.flatMap((name) => Array(tombstone.steps[name].attempts).fill(name));
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
    await request(video);
    const deletion = await find(video);
    world.advance(10);
    const slow = {
      ...world.ports,
      rows: {
        ...world.ports.rows,
        deleteVideoRow: async () => {
          world.advance(61);
          await workOnDeletion(world.ports, video.message(deletion.deletionId), () => 900_000);
          return { counts: { videos: 1 }, missed: [] };
        },
      },
    };
    await workOnDeletion(slow, video.message(deletion.deletionId), () => 900_000);
    await world.settle();
    // The views, the vote and the like belong to the slow worker, whose step never ended.
    expect(sums()).toMatchObject({ ObjectsDeleted: 10, RowsDeleted: 2, DeletionsDeleted: 1 });
  });
});

describe('time that runs out', () => {
  it('is no failure', async () => {
    const video = await world.video();
    await request(video);
    world.advance(10);
    let calls = 0;
    await world.turn(() => (++calls > 3 ? 19_000 : 60_000));
    expect((await find(video)).state).toBe('running');
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
    expect((await find(video)).state).toBe('failed');
    const { RowsDeleted, ...others } = sums();
    expect(RowsDeleted).toBe(7);
    expect(others).toEqual({ DeletionsRequested: 1, DeletionsFailed: 1, StepFailures: 13 });
    expect(new Set(stepsOf('StepFailures'))).toEqual(new Set(['deleteObjects']));
  });
});
