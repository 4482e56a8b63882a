import { InvariantBroken, UnknownVideo } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { VideoId } from '../video-id.ts';
import { brokenBy, isRefused } from './invariants.ts';
import type { Tombstone } from './tombstone.ts';
import type { Now } from './transition.ts';

/** After so many lost races in a row, something is writing without end. */
const MAX_RACES = 50;

export type ChangePorts = Pick<Ports, 'clock' | 'rules' | 'log' | 'metrics' | 'isStrict'> & {
  tombstones: Pick<Ports['tombstones'], 'find' | 'write'>;
};

/** What was read, and what stands now: the same when nothing was changed. */
export type Changed = { before: Tombstone; after: Tombstone };

/**
 * Reads, decides, writes on condition; after a lost race it reads and decides again. `decide` returns its argument to change
 * nothing, and may throw to refuse. Every write is held to the invariants.
 * @param known what was read a moment ago: saves a read when nobody else has written since
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

/** As `change`, for a video that may have no tombstone yet: that there is none is tried first, which saves a read. */
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
    holdToInvariants(ports, before, after, now.at);
    if (await ports.tombstones.write(before, after)) return { before, after };
    before = await ports.tombstones.find(videoId);
  }
  throw new Error(`A tombstone was written by others ${MAX_RACES} times in a row`);
}

/**
 * A change that breaks an invariant is a fault of this code. It is refused, unless the stored tombstone was broken already, or
 * the change is a hold or a giving up: these are what is left to do with a tombstone that is wrong.
 * @throws {InvariantBroken}
 */
function holdToInvariants(
  { isStrict, log, metrics }: ChangePorts,
  before: Tombstone | undefined,
  after: Tombstone,
  now: Date,
): void {
  const broken = brokenBy(before, after, now);
  if (broken.length === 0) return;
  const names = broken.map(({ name }) => name);
  metrics.record('InvariantsBroken', broken.length);
  log.error('invariant broken', { videoId: after.videoId, deletionId: after.deletionId, broken: names });
  if (isStrict || isRefused(before, after, broken)) throw new InvariantBroken(names);
}
