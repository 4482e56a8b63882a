import { describe, expect, it } from 'vitest';
import type { Ports } from '../../../../../functions/deletion/ports.ts';
import { requestDeletion } from '../../../../../functions/deletion/requests/request-deletion.ts';
import { cancelRuns } from '../../../../../functions/deletion/work/steps/cancel-runs.ts';
import { SKIPPED } from '../../../../../functions/deletion/work/steps/skipped.ts';
import { aTombstone } from '../../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../../support/memory-world.ts';

/** The runs of a video: `started` by the platform, and registered `inRow` or `onTombstone`. */
async function cancel(
  { inRow = [] as string[], onTombstone = [] as string[], started = [] as string[], byName = false },
  replaced: Partial<Ports> = {},
) {
  const { ports, runs } = openMemoryWorld();
  const tombstone = aTombstone();
  const named = (name: string) => runs.named(`video-${tombstone.videoId}${name}`);
  for (const name of started) runs.start(`video-${tombstone.videoId}${name}`);
  tombstone.target.runs = onTombstone.map(named);
  if (byName) tombstone.target.runsByName = true;
  const rows = { ...ports.rows, runs: async () => inRow.map(named) };
  const result = cancelRuns({ ...ports, rows, ...replaced }, tombstone, async () => {});
  const [outcome] = await Promise.allSettled([result]);
  const running = runs.lines().filter(({ place }) => place === 'running').length;
  return { outcome, running, named, tombstone };
}

describe('the runs of a video', () => {
  it('are stopped, each once, wherever it is registered, and remembered', async () => {
    const { outcome, running, named } = await cancel({ inRow: ['', '-1'], onTombstone: [''], started: ['', '-1'] });
    expect(outcome).toMatchObject({ value: { counts: { stopped: 2 }, changed: true } });
    expect(outcome).toMatchObject({ value: { changes: { target: { runs: [named(''), named('-1')] } } } });
    expect(running).toBe(0);
  });

  it('are looked for by their names, one after another, only where none is registered', async () => {
    expect((await cancel({ started: ['', '-1', '-6'] })).running).toBe(1);
    expect((await cancel({ started: ['', '-1'], inRow: ['-1'] })).running).toBe(1);
    const fifty = Array.from({ length: 60 }, (_, n) => (n === 0 ? '' : `-${n}`));
    expect((await cancel({ started: fifty })).running).toBe(10);
  });

  it('are looked for again by every pass where none was registered, behind those that are known', async () => {
    const found = await cancel({ started: ['', '-1'], byName: true, onTombstone: [''] });
    expect(found.running).toBe(0);
    expect(found.outcome).toMatchObject({
      value: { changes: { target: { runs: [found.named(''), found.named('-1')] } } },
    });
    expect((await cancel({})).outcome).toMatchObject({ value: { changes: { target: { runsByName: true } } } });
    expect((await cancel({ inRow: [''] })).outcome).not.toHaveProperty('value.changes.target.runsByName');
  });

  it('are stopped as far as they are known when no other can be looked for, and the step fails', async () => {
    const { ports } = openMemoryWorld();
    const state = () => Promise.reject(Object.assign(new Error('x'), { code: 'Throttled' }));
    const runs = ports.runs && { ...ports.runs, state, stop: async () => 'stopped' as const };
    const { outcome } = await cancel({ onTombstone: [''], byName: true }, { runs });
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'Throttled', counts: { stopped: 1 } } });
  });

  it('that have ended are no progress', async () => {
    const { outcome } = await cancel({ onTombstone: ['-9'] });
    expect(outcome).toMatchObject({ value: { counts: { unknown: 1 }, changed: false } });
  });

  it('that have ended are no progress, either, when the step fails: else it would be tried without end', async () => {
    const { ports } = openMemoryWorld();
    const rows = { ...ports.rows, runs: () => Promise.reject(new Error('The database is down')) };
    const { outcome } = await cancel({ onTombstone: ['-9'] }, { rows });
    expect(outcome).toMatchObject({ reason: { name: 'StepFailed', counts: {} } });
  });

  it('are nothing where there is no processing', async () => {
    expect((await cancel({}, { runs: undefined })).outcome).toMatchObject({ value: SKIPPED });
  });

  it('that cannot be stopped fail the step, and the others are stopped and counted', async () => {
    const { ports } = openMemoryWorld();
    const stop = async (run: string) => {
      if (run.endsWith('-1')) throw Object.assign(new Error('slow down'), { code: 'Throttled' });
      return 'stopped' as const;
    };
    const runs = ports.runs && { ...ports.runs, stop };
    const { outcome } = await cancel({ onTombstone: ['', '-1'] }, { runs });
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'Throttled', counts: { stopped: 1 } } });
    expect(outcome).not.toMatchObject({ reason: { counts: { failed: 1 } } });
  });

  it('are stopped as far as they are known when the database is down, and the step fails', async () => {
    const { ports } = openMemoryWorld();
    const rows = { ...ports.rows, runs: () => Promise.reject(Object.assign(new Error('x'), { code: 'ECONNREFUSED' })) };
    const { outcome, running } = await cancel({ onTombstone: [''], started: [''] }, { rows });
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'ECONNREFUSED', counts: { stopped: 1 } } });
    expect(running).toBe(0);
  });
});

it('that are too many for one pass do not keep the objects from being deleted, and all of them end', async () => {
  const world = openMemoryWorld();
  const video = await world.video();
  const registered = Array.from({ length: 200 }, (_, n) => world.runs.start(`import-${n}-of-${video.videoId}`));
  for (const run of registered) await world.seed.run(video.videoId, run);
  const ports = world.ports as typeof world.ports & { runs: NonNullable<Ports['runs']> };
  const { stop } = ports.runs;
  let asked = 0;
  ports.runs.stop = async (run) => {
    asked += 1;
    world.advance(1);
    return await stop(run);
  };
  await requestDeletion(world.ports, { callerId: video.ownerId, videoId: video.videoId });
  world.advance(10);
  await world.turn();
  const { steps, target } = (await world.ports.tombstones.find(video.videoId)) ?? expect.unreachable();
  expect(steps.cancelRuns).toMatchObject({ state: 'failed', error: 'RunsRemain', counts: { stopped: 60 } });
  expect(target.runsFrom).toBeDefined();
  expect(steps.deleteObjects.counts.objects).toBe(6);
  await world.settle();
  const ended = (await world.ports.tombstones.find(video.videoId)) ?? expect.unreachable();
  expect([ended.state, world.left(video.videoId)]).toEqual(['deleted', {}]);
  expect(ended.target).not.toHaveProperty('runsFrom');
  expect(ended.steps.cancelRuns.counts.stopped).toBe(201);
  expect(asked, 'a call for each run, and no more').toBeLessThan(3 * 201);
});

it('that come while they are stopped in parts are stopped, too, wherever they stand in the order', async () => {
  const world = openMemoryWorld();
  const video = await world.video();
  const nameOf = (n: number) => `import-${String(n).padStart(3, '0')}-${'x'.repeat(60)}`;
  // More than a tombstone can name, so that the rows stay until all of them have been stopped.
  for (let n = 0; n < 400; n += 1) await world.seed.run(video.videoId, world.runs.start(nameOf(n)));
  const ports = world.ports as typeof world.ports & { runs: NonNullable<Ports['runs']> };
  const { stop } = ports.runs;
  ports.runs.stop = async (run) => {
    world.advance(1);
    return await stop(run);
  };
  await requestDeletion(world.ports, { callerId: video.ownerId, videoId: video.videoId });
  world.advance(10);
  const position = async () => (await world.ports.tombstones.find(video.videoId))?.target.runsFrom?.run ?? '';
  for (let turns = 0; (await position()) < world.runs.named(nameOf(355)); turns += 1) {
    expect(turns).toBeLessThan(100);
    if ((await world.turn()) === 0) world.advance(30);
  }
  // It stands before the last that was stopped, and behind those that the tombstone can name.
  const late = world.runs.start(`${nameOf(350)}y`);
  await world.seed.run(video.videoId, late);
  await world.settle();
  expect((await world.ports.tombstones.find(video.videoId))?.state).toBe('deleted');
  expect(await ports.runs.state(late)).toBe('ended');
  expect(world.runs.lines().filter(({ place }) => place === 'running')).toEqual([]);
});
