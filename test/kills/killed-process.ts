import { flushCompileCache } from 'node:module';
import { isOpen, type Tombstone } from '../../functions/deletion/record/tombstone.ts';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import type { LocalPorts } from '../../local/local-ports.ts';
import { startSystem } from '../../local/system.ts';
import { type Crowd, gather } from './crowd.ts';
import { KILL_POINTS, type PointName } from './kill-points.ts';
import type { Phase } from './moments.ts';

/** What the process is told, as JSON in its one argument. */
export type Orders = {
  folder: string;
  environment: Record<string, string>;
  /** Where it is to be killed. */
  videoId: string;
  point: PointName;
  phase: Phase;
  /** Deletions that are not given out: each is kept where it is until its own next kill. */
  heldBack: string[];
  /** Starts a run that processes the video. */
  isProcessed: boolean;
  /** Other deletions that are at work when the process is killed, and whose account requests them. */
  crowd: Crowd;
  callerId: string;
};

/** What it says of the moment at which it is killed, as the table of tombstones has it. */
export type Reached = {
  state: string;
  /** A worker had the deletion. */
  isLeased: boolean;
  /** Deletions that were open, and of those how many a worker had. */
  open: number;
  atWork: number;
};

/**
 * A system in its own process, to be killed. Prints `ready <url>` when it accepts requests, `reached <Reached>` when it
 * has reached the moment, and `error <message>` for each error in the log.
 */
const orders: Orders = JSON.parse(process.argv[2] ?? '');
const { folder, environment, videoId, point, phase, heldBack, isProcessed, crowd, callerId } = orders;
const { state, wrap } = KILL_POINTS[point];

/** The deletion that is killed begins when the others are at work. */
let isCrowdAtWork = false;
const system = await startSystem({
  ...{ folder, environment, storage: 's3', port: 0 },
  log: { info() {}, warn() {}, error: (message, fields = {}) => print(`error ${message} ${JSON.stringify(fields)}`) },
  wrap: (ports) => wrap(holdBack(ports), { videoId, state, phase, reach: () => reach(ports) }),
});
// Compiled code is kept when a process ends by itself, which this one will not.
flushCompileCache();
if (isProcessed) await system.process(videoId);
await gather(system.ports, crowd, callerId);
isCrowdAtWork = true;
print(`ready ${system.url}`);

async function reach({ tombstones, lists }: LocalPorts): Promise<never> {
  const found = await tombstones.find(parseVideoId(videoId));
  const { ownerId } = found ?? {};
  const page = await lists.list({ at: new Date(), ...(ownerId && { ownerId }), limit: 1_000 });
  const open = page.tombstones.filter((tombstone) => isOpen(tombstone.state));
  const reached: Reached = {
    state: found?.state ?? 'none',
    isLeased: found?.lease !== undefined,
    open: open.length,
    atWork: open.filter(isAtWork).length,
  };
  print(`reached ${JSON.stringify(reached)}`);
  return await new Promise<never>(() => {});
}

/**
 * A lease of a process that was killed before has ended by now. The crowd's workers are here: on a busy machine, they
 * may renew their leases late.
 */
function isAtWork({ lease, videoId: id }: Tombstone): boolean {
  return lease !== undefined && (crowd.videoIds.includes(id) || lease.until > new Date().toISOString());
}

/** Their messages went with the processes before: without the sweeper, nobody comes. */
function holdBack({ tombstones, ...ports }: LocalPorts): LocalPorts {
  const due: LocalPorts['tombstones']['due'] = async function* (at) {
    for await (const id of tombstones.due(at))
      if (!heldBack.includes(id) && (isCrowdAtWork || id !== videoId)) yield id;
  };
  return { ...ports, tombstones: { ...tombstones, due } };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
