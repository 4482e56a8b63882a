import { describe, expect, it } from 'vitest';
import type { Counts } from '../../../../../functions/deletion/counts.ts';
import type { Ports } from '../../../../../functions/deletion/ports.ts';
import { isEdgeDone } from '../../../../../functions/deletion/record/gate.ts';
import type { StepName } from '../../../../../functions/deletion/record/steps.ts';
import type { Tombstone } from '../../../../../functions/deletion/record/tombstone.ts';
import { verify, waitsFor } from '../../../../../functions/deletion/work/steps/verify.ts';
import { aTombstone } from '../../../../support/a-tombstone.ts';
import { openMemoryWorld } from '../../../../support/memory-world.ts';

const AT = '2026-11-22T09:00:00.000Z';

/** Verifies stores that contain only what `replaced` says. */
function look(replaced: (ports: Ports) => Partial<Ports>, overrides: Partial<Tombstone> = {}) {
  const { ports } = openMemoryWorld();
  const all = { ...ports, ...replaced(ports) };
  const tombstone = aTombstone(overrides);
  tombstone.target.runs = ['run'];
  return { verified: verify(all, tombstone), waits: waitsFor(all, tombstone) };
}
const invalidated = () => ({
  edgeRequests: 2,
  edge: { request: 2, paths: 0, requestedAt: AT, completedAt: AT },
});

/** What a store still contains, by the step that should have deleted it. */
const FOUND: [StepName, Counts, (ports: Ports) => Partial<Ports>][] = [
  [
    'deleteObjects',
    { versions: 2 },
    (ports) => ({ objects: { ...ports.objects, look: async () => ({ versions: 2 }) } }),
  ],
  [
    'deleteRows',
    { views: 1 },
    (ports) => ({ rows: { ...ports.rows, look: async () => ({ views: 1, video_stats: 1 }) } }),
  ],
  [
    'invalidateCache',
    { keys: 1, pages: 0 },
    (ports) => ({ cache: ports.cache && { ...ports.cache, look: async () => ({ keys: 1, pages: 0 }) } }),
  ],
  ['cancelRuns', { running: 1 }, (ports) => ({ runs: ports.runs && { ...ports.runs, state: async () => 'running' } })],
];

describe('verify', () => {
  it('finds nothing where nothing is, and only then is it done', async () => {
    const nothing = { counts: {}, changed: false, reopens: [], found: {} };
    expect(await look(() => ({})).verified).toEqual(nothing);
    expect(await look(() => ({ cache: undefined, runs: undefined })).verified).toEqual(nothing);
  });

  it.each(FOUND)('has %s run again when it finds what that should have removed', async (step, counts, found) => {
    const { verified } = look(found, { state: 'settling' });
    const amount = Object.values(counts).reduce((sum, count) => sum + count, 0);
    expect(await verified).toEqual({ counts, changed: false, reopens: [step], found: { [step]: amount } });
  });

  it('finds a run that was begun since, where none was registered, and only there', async () => {
    for (const runsByName of [true, false]) {
      const { ports, runs } = openMemoryWorld();
      const tombstone = aTombstone({ state: 'settling' });
      tombstone.target = { ...tombstone.target, runs: [], runsByName };
      runs.start(`video-${tombstone.videoId}`);
      expect((await verify(ports, tombstone)).reopens).toEqual(runsByName ? ['cancelRuns'] : []);
    }
  });

  it('does not look at storage or runs before the deletion settles: what was removed a moment ago is known to be gone', async () => {
    const found = (ports: Ports) => ({
      objects: { ...ports.objects, look: async () => ({ versions: 2 }) },
      runs: ports.runs && { ...ports.runs, state: async () => 'running' as const },
    });
    expect((await look(found, { state: 'running' }).verified).reopens).toEqual([]);
  });

  it('takes figures that the platform derives, and runs that have ended, for nothing of ours', async () => {
    const found = look((ports) => ({
      rows: { ...ports.rows, look: async () => ({ video_stats: 1 }) },
      runs: ports.runs && { ...ports.runs, state: async () => 'ended' as const },
    }));
    expect((await found.verified).reopens).toEqual([]);
    expect(await found.waits).toEqual(['edge', 'video_stats']);
  });
});

describe('what a deletion waits for', () => {
  it('is an invalidation that answers the last request, where there is an edge', async () => {
    const { edgeRequests, edge } = invalidated();
    expect(await look(() => ({}), { edgeRequests, edge }).waits).toEqual([]);
    expect(await look(() => ({}), { edgeRequests, edge: { ...edge, request: 1 } }).waits).toEqual(['edge']);
    expect(await look(() => ({}), { edgeRequests, edge: undefined }).waits).toEqual(['edge']);
    expect(await look(() => ({ edgeQueue: undefined }), {}).waits).toEqual([]);
  });

  it('is the end of the copies behind a gate', async () => {
    const gate = { ttlSeconds: 3600, invalidates: false };
    const behind = (gatedAt: string) =>
      look((ports) => ({ rules: { ...ports.rules, gate } }), {
        edge: { request: 0, paths: 0, requestedAt: gatedAt, gatedAt },
      }).waits;
    expect(await behind(AT)).toEqual([]);
    expect(await behind('2026-11-22T09:00:00.001Z')).toEqual(['edge']);
  });

  it('is over only when it completed, and for the last request', () => {
    const { edgeRequests, edge } = invalidated();
    expect(isEdgeDone({ edgeRequests, edge })).toBe(true);
    expect(isEdgeDone({ edgeRequests, edge: { ...edge, completedAt: undefined } as never })).toBe(false);
    expect(isEdgeDone({ edgeRequests, edge: { ...edge, request: 3 } })).toBe(false);
    expect(isEdgeDone({ edgeRequests })).toBe(false);
  });
});
