import { InvariantBroken, UnknownVideo } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { VideoId } from '../video-id.ts';
import { brokenBy, isRefused } from './invariants.ts';
import type { Tombstone } from './tombstone.ts';
import type { Now } from './transition.ts';

/** If one call loses this many races in a row, something writes the tombstone in an endless loop. */
const MAX_RACES = 50;

export type ChangePorts = Pick<Ports, 'clock' | 'rules' | 'log' | 'metrics' | 'isStrict'> & {
  tombstones: Pick<Ports['tombstones'], 'find' | 'write'>;
};

/** The tombstone before and after the change. Both are the same object when nothing was changed. */
export type Changed = { before: Tombstone; after: Tombstone };

/**
 * Reads the tombstone, calls `decide` and writes the result on condition that nobody has written since. After a lost
 * race it reads and decides again. `decide` returns its argument to change nothing, and throws to refuse. Every write
 * is checked against the invariants.
 * @param known what the caller has just read: saves a read when nobody else has written since
 * @throws {UnknownVideo} when there is no tombstone {InvariantBroken}
 */
export async function change(
  ports: ChangePorts,
  videoId: VideoId,
  decide: (current: Tombstone, now: Now) => Tombstone,
  known?: Tombstone,
): Promise<Changed> {
  const first = known ?? (await ports.tombstones.find(videoId));
  const { before, after } = await race(ports, videoId, first, (current, now) => {
    if (!current) throw new UnknownVideo('There is no deletion of this video');
    return decide(current, now);
  });
  return { before: before ?? after, after };
}

/**
 * Like `change`, for a video that may have no tombstone yet. It first assumes that there is none, which saves a read.
 */
export async function create(
  ports: ChangePorts,
  videoId: VideoId,
  decide: (current: Tombstone | undefined, now: Now) => Tombstone,
): Promise<{ before: Tombstone | undefined; after: Tombstone }> {
  return await race(ports, videoId, undefined, decide);
}

async function race(
  ports: ChangePorts,
  videoId: VideoId,
  first: Tombstone | undefined,
  decide: (current: Tombstone | undefined, now: Now) => Tombstone,
): Promise<{ before: Tombstone | undefined; after: Tombstone }> {
  let before = first;
  for (let lost = 0; lost < MAX_RACES; lost++) {
    const now = { at: ports.clock(), rules: ports.rules };
    const after = decide(before, now);
    if (after === before) return { before, after };
    holdToInvariants(ports, before, after, now);
    if (await ports.tombstones.write(before, after)) return { before, after };
    before = await ports.tombstones.find(videoId);
  }
  throw new Error(`A tombstone was written by others ${MAX_RACES} times in a row`);
}

/**
 * A change that breaks an invariant is a bug in this code, so it is refused. There are two exceptions: the stored
 * tombstone already broke the invariant, or the change is a legal hold or gives the deletion up. An operator needs
 * these two changes to handle a wrong tombstone.
 * @throws {InvariantBroken}
 */
function holdToInvariants(
  { isStrict, log, metrics }: ChangePorts,
  before: Tombstone | undefined,
  after: Tombstone,
  now: Now,
): void {
  const broken = brokenBy(before, after, now);
  if (broken.length === 0) return;
  const names = broken.map(({ name }) => name);
  metrics.record('InvariantsBroken', broken.length);
  log.error('invariant broken', { videoId: after.videoId, deletionId: after.deletionId, broken: names });
  if (isStrict || isRefused(before, after, broken)) throw new InvariantBroken(names);
}
