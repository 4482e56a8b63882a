import { beforeEach, describe, expect, test } from 'vitest';
import { findOrphans } from '../../../../functions/deletion/orphans/find-orphans.ts';
import type { Orphan, OrphanPorts } from '../../../../functions/deletion/orphans/orphan.ts';
import type { Ports, VideoObjects } from '../../../../functions/deletion/ports.ts';
import { STATES, type State, type Tombstone } from '../../../../functions/deletion/record/tombstone.ts';
import type { VideoId } from '../../../../functions/deletion/video-id.ts';
import { aTombstone, aVideoId } from '../../../support/a-tombstone.ts';

const NOW = new Date('2026-11-22T10:00:00.000Z');
const DAY = 86_400;
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000);

/**
 * Storage by video and key, rows, and tombstones. They are as small as possible, so that a test can change them at any
 * moment.
 */
function openPlatform() {
  const stored = new Map<VideoId, Map<string, Date>>();
  const rows = new Set<VideoId>();
  const tombstones = new Map<VideoId, Tombstone>();
  const recorded: [string, number][] = [];
  const objects: Pick<VideoObjects, 'look'> = {
    async look({ videoId }) {
      return { objects: stored.get(videoId)?.size ?? 0, bytes: 10 };
    },
  };
  const ports: OrphanPorts & Pick<Ports, 'metrics'> = {
    stored: {
      originals: async function* () {},
      async *list() {
        for (const videoId of stored.keys()) yield { videoIds: [videoId], foreign: [] };
        yield { videoIds: [], foreign: ['videos/notes/'] };
      },
      newestAt: async (videoId) => [...(stored.get(videoId)?.values() ?? [])].toSorted((a, b) => +b - +a)[0],
    },
    videos: { existing: async (ids) => new Set(ids.filter((id) => rows.has(id))) },
    objects,
    tombstones: { find: async (videoId) => tombstones.get(videoId) },
    clock: () => NOW,
    metrics: { record: (name, value) => void recorded.push([name, value]) },
  };
  return {
    ...{ ports, stored, rows, tombstones, recorded },
    put(videoId: VideoId, key = 'playlist.m3u8', at = hoursAgo(48)) {
      stored.set(videoId, (stored.get(videoId) ?? new Map()).set(key, at));
      return videoId;
    },
    bury: (videoId: VideoId, state: State) => tombstones.set(videoId, { ...aTombstone(), videoId, state }),
    scan: (pause: () => unknown = () => {}) => findOrphans(ports, { minAgeSeconds: DAY, pause: async () => pause() }),
  };
}

let platform: ReturnType<typeof openPlatform>;
beforeEach(() => {
  platform = openPlatform();
});
const figures = () => Object.fromEntries(platform.recorded);
const kindsOf = (orphans: readonly Orphan[]) => orphans.map(({ videoId, kind }) => ({ videoId, kind }));

describe('findOrphans', () => {
  test('finds what has neither row nor deletion, and says what does not name a video', async () => {
    const orphan = platform.put(aVideoId());
    platform.rows.add(platform.put(aVideoId()));
    const found = await platform.scan();
    expect(found).toEqual({
      orphans: [
        { videoId: orphan, kind: 'orphan', counts: { objects: 1, bytes: 10 }, newestAt: hoursAgo(48).toISOString() },
      ],
      originals: { count: 0, lost: [] },
      foreign: { count: 1, names: ['videos/notes/'] },
      listed: 2,
      last: expect.any(String),
      isComplete: true,
    });
    expect(figures()).toEqual({ OrphansFound: 1, ResidueLeft: 0 });
  });

  test.each(STATES)('a tombstone in state %s', async (state) => {
    const videoId = platform.put(aVideoId());
    platform.bury(videoId, state);
    const kinds = { none: 'orphan', cancelled: 'orphan', deleted: 'residue' } as Partial<Record<State, string>>;
    const expected = kinds[state] ? [{ videoId, kind: kinds[state] }] : [];
    expect(kindsOf((await platform.scan()).orphans)).toEqual(expected);
    platform.rows.add(videoId);
    // A video with a row exists, unless its deletion is done.
    expect(kindsOf((await platform.scan()).orphans)).toEqual(state === 'deleted' ? expected : []);
  });

  test('the newest of an orphan decides on its age; residue has none', async () => {
    const young = platform.put(aVideoId());
    platform.put(young, '720p/001.ts', hoursAgo(23));
    const residue = platform.put(aVideoId(), 'late.ts', NOW);
    platform.bury(residue, 'deleted');
    expect(kindsOf((await platform.scan()).orphans)).toEqual([{ videoId: residue, kind: 'residue' }]);
    expect(figures()).toEqual({ OrphansFound: 0, ResidueLeft: 1 });
  });

  test('only what both passes find as it was counts', async () => {
    const [getsRow, isWritten, isDeleted, stays] = [1, 2, 3, 4].map(() => platform.put(aVideoId())) as [
      VideoId,
      VideoId,
      VideoId,
      VideoId,
    ];
    const { orphans } = await platform.scan(() => {
      platform.rows.add(getsRow);
      platform.put(isWritten, '720p/002.ts', hoursAgo(30));
      platform.bury(isDeleted, 'running');
    });
    expect(kindsOf(orphans)).toEqual([{ videoId: stays, kind: 'orphan' }]);
  });

  test('residue that grows is residue all the same', async () => {
    const videoId = platform.put(aVideoId());
    platform.bury(videoId, 'deleted');
    const { orphans } = await platform.scan(() => platform.put(videoId, 'more.ts', NOW));
    expect(orphans).toMatchObject([{ videoId, counts: { objects: 2 } }]);
    expect(figures()).toEqual({ OrphansFound: 0, ResidueLeft: 2 });
  });
});
