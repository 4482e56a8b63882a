import { total } from '../counts.ts';
import { inGroups } from '../in-groups.ts';
import type { Metrics } from '../ports.ts';
import { RESERVED_MILLISECONDS } from '../rules.ts';
import type { VideoId } from '../video-id.ts';
import { type LostOriginal, lostAmong } from './lost-originals.ts';
import { lookAgain, type Orphan, type OrphanPorts, type SuspectOptions, suspectsAmong, TOGETHER } from './orphan.ts';

export type OrphansFound = {
  orphans: Orphan[];
  /** Originals that belong to no video, or to a deleted one: how many, and the first ones. They are never deleted. */
  originals: { count: number; lost: LostOriginal[] };
  /** Names that stand where the id of a video should be: how many, and the first ones. They are never deleted. */
  foreign: { count: number; names: string[] };
  /** How many videos were checked. `last`: the last of them, in the order of storage. */
  listed: number;
  last?: VideoId;
  /** False when the time ran out. The result contains only what was checked twice. */
  isComplete: boolean;
};

export type OrphanOptions = SuspectOptions & {
  /** Waits between the two checks. */
  pause: () => Promise<unknown>;
  /** Milliseconds until this worker is stopped. Absent: there is no limit. */
  timeLeft?: () => number;
  onProgress?: (listed: number, suspected: number) => void;
};

/** In milliseconds. The listing stops when less time is left, because the pause and the second check need it. */
export const RESERVED_FOR_SECOND_LOOK = 150_000;

const MOST_NAMES = 100;

/**
 * Finds orphans and residue in storage. It checks twice with a pause, and reports only what both checks find. An orphan
 * must not have changed in between. Rows are read after the listing, so an upload that writes its row first is never
 * reported. An upload that writes its row last is too young to be reported. Nothing is changed. Metrics of 0 are
 * recorded as well: they show that the check has run.
 */
export async function findOrphans(
  ports: OrphanPorts & { metrics: Metrics },
  options: OrphanOptions,
): Promise<OrphansFound> {
  const { suspects, ...listing } = await listSuspects(ports, options);
  const { orphans, isComplete } = await lookTwice(ports, suspects, options);
  const { isComplete: isWhole, ...originals } = await lookAtOriginals(ports, options);
  const residue = orphans.filter(({ kind }) => kind === 'residue');
  const [lostOrphans, lostResidue] = [originals.orphans, originals.residue];
  ports.metrics.record('OrphansFound', orphans.length - residue.length + lostOrphans);
  ports.metrics.record('ResidueLeft', howMany(residue) + lostResidue);
  const found = { count: lostOrphans + lostResidue, lost: originals.lost };
  return { orphans, ...listing, originals: found, isComplete: isComplete && listing.isComplete && isWhole };
}

async function lookAtOriginals(ports: OrphanPorts, { minAgeSeconds, timeLeft = forever }: OrphanOptions) {
  const found = { orphans: 0, residue: 0, lost: [] as LostOriginal[], isComplete: true };
  for await (const page of ports.stored.originals()) {
    found.isComplete = timeLeft() >= RESERVED_MILLISECONDS;
    if (!found.isComplete) break;
    const lost = await lostAmong(ports, page, { minAgeSeconds });
    const residue = lost.filter(({ kind }) => kind === 'residue').length;
    found.residue += residue;
    found.orphans += lost.length - residue;
    found.lost.push(...lost.slice(0, MOST_NAMES - found.lost.length));
  }
  return found;
}

/** The first check, as far as time allows. */
async function listSuspects(
  ports: OrphanPorts,
  { timeLeft = forever, onProgress, ...options }: OrphanOptions,
): Promise<Omit<OrphansFound, 'orphans' | 'originals'> & { suspects: Orphan[] }> {
  const suspects = new Map<VideoId, Orphan>();
  const foreign: OrphansFound['foreign'] = { count: 0, names: [] };
  let listed = 0;
  let last: VideoId | undefined;
  let isComplete = true;
  for await (const page of ports.stored.list()) {
    isComplete = timeLeft() >= RESERVED_FOR_SECOND_LOOK;
    if (!isComplete) break;
    for (const one of await suspectsAmong(ports, page.videoIds, options)) suspects.set(one.videoId, one);
    foreign.count += page.foreign.length;
    foreign.names.push(...page.foreign.slice(0, MOST_NAMES - foreign.names.length));
    listed += page.videoIds.length;
    last = page.videoIds.at(-1) ?? last;
    onProgress?.(listed, suspects.size);
  }
  return { suspects: [...suspects.values()], foreign, listed, isComplete, ...(last && { last }) };
}

async function lookTwice(
  ports: OrphanPorts,
  suspects: readonly Orphan[],
  { minAgeSeconds, pause, timeLeft = forever }: OrphanOptions,
): Promise<Pick<OrphansFound, 'orphans' | 'isComplete'>> {
  if (suspects.length === 0) return { orphans: [], isComplete: true };
  await pause();
  let isComplete = true;
  const again = await inGroups(suspects, TOGETHER, async (found) => {
    if (timeLeft() >= RESERVED_MILLISECONDS) return await lookAgain(ports, found, minAgeSeconds);
    isComplete = false;
    return undefined;
  });
  return { orphans: again.filter((found) => found !== undefined), isComplete };
}

const forever = () => Number.POSITIVE_INFINITY;

/** The number of things. Bytes do not count. */
function howMany(residue: readonly Orphan[]): number {
  return residue.reduce((sum, { counts: { bytes: _, ...things } }) => sum + total(things), 0);
}
