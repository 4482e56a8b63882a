import { keysNamedBy } from '../data-map/stray-keys.ts';
import { inGroups } from '../in-groups.ts';
import type { Ports } from '../ports.ts';
import { stateBehindHold, type Tombstone } from '../record/tombstone.ts';
import { idsWithin, type VideoId } from '../video-id.ts';

type OtherPorts = Pick<Ports, 'rows' | 'tombstones' | 'rules'>;

/** How many tombstones are read at the same time. */
const TOGETHER = 10;

/**
 * Those of the videos that still need what they share with this one. Of two deletions that are running, neither needs
 * it, and the later one deletes it. A video that may still be undone, or is held, needs everything.
 */
export async function livingAmong(
  { rows, tombstones }: Pick<Ports, 'rows' | 'tombstones'>,
  videoIds: readonly VideoId[],
): Promise<Set<VideoId>> {
  const asked = [...new Set(videoIds)];
  if (asked.length === 0) return new Set();
  const existing = await rows.existing(asked);
  const living = await inGroups(asked, TOGETHER, async (videoId) => {
    const tombstone = await tombstones.find(videoId);
    return isLiving(existing.has(videoId), tombstone) ? [videoId] : [];
  });
  return new Set(living.flat());
}

function isLiving(hasRow: boolean, tombstone: Tombstone | undefined): boolean {
  if (!tombstone) return hasRow;
  const isRunning = tombstone.state === 'running' || tombstone.state === 'settling';
  return !isRunning && (hasRow || stateBehindHold(tombstone) !== 'deleted');
}

/**
 * Keys that this video's row or folders hold, but that another video needs as well. They stay. `strayKeys`: those among
 * the stray keys. `named`: all that rows of other videos name.
 */
export async function keysOfOthers(
  ports: OtherPorts,
  { videoId, ownerId, target: { strayKeys } }: Pick<Tombstone, 'videoId' | 'ownerId' | 'target'>,
): Promise<{ strayKeys: Set<string>; named: string[] }> {
  const { bucket } = ports.rules;
  if (!bucket) return { strayKeys: new Set(), named: [] };
  const idsOf = (key: string) => idsWithin(key).filter((id) => id !== videoId && id !== ownerId);
  const namers = await ports.rows.namersOf(videoId);
  const living = await livingAmong(ports, [...namers.map((row) => row.videoId), ...strayKeys.flatMap(idsOf)]);
  const named = new Set(
    namers.filter((row) => living.has(row.videoId)).flatMap(({ urls }) => keysNamedBy(urls, bucket)),
  );
  const isOthers = (key: string) => named.has(key) || idsOf(key).some((id) => living.has(id));
  return { strayKeys: new Set(strayKeys.filter(isOthers)), named: [...named] };
}

/**
 * Those of the runs that another video needs as well: they are registered for it, or have its name. A run that has this
 * video's name alone is never another's, whoever has registered it.
 */
export async function runsOfOthers(
  ports: Pick<Ports, 'rows' | 'tombstones'>,
  videoId: VideoId,
  runs: readonly string[],
): Promise<Set<string>> {
  if (runs.length === 0) return new Set();
  const idsOf = (run: string) => idsWithin(run.slice(run.lastIndexOf(':') + 1)).filter((id) => id !== videoId);
  const sharers = await ports.rows.sharersOf(videoId, runs);
  const living = await livingAmong(ports, [...sharers.map((row) => row.videoId), ...runs.flatMap(idsOf)]);
  const registered = sharers.filter((row) => living.has(row.videoId)).flatMap((row) => row.runs);
  const shared = registered.filter((run) => !isNamedAfter(run, videoId));
  return new Set([...shared, ...runs.filter((run) => idsOf(run).some((id) => living.has(id)))]);
}

/** True for a run that has one of the names that this video's runs have. Another video has no reason to use it. */
export function isNamedAfter(run: string, videoId: VideoId): boolean {
  const [first, other] = idsWithin(run.slice(run.lastIndexOf(':') + 1));
  return first === videoId && other === undefined;
}
