import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { videoPath } from '../support/api-client.ts';
import { startChild } from '../support/child.ts';
import { QUICK } from '../support/system.ts';
import { crowdAt } from './crowd.ts';
import { KILL_POINTS } from './kill-points.ts';
import type { Orders, Reached } from './killed-process.ts';
import type { PlannedKill } from './plan.ts';

/** A process that was killed. */
export type Kill = PlannedKill &
  Reached & {
    /** What its request was answered with; undefined where it made none, or was killed before it could answer. */
    answer?: number;
    /** Processes that it had started and that outlived it: the servers of the stores. */
    servers: number[];
    /** What it had logged as errors. */
    errors: string[];
    /** A signal has ended it. */
    isKilled: boolean;
    /** From its start until it could be asked. */
    bootMilliseconds: number;
  };

type Campaign = {
  folder: string;
  /** The video of each deletion of the plan. */
  videoIds: readonly string[];
  kills: readonly PlannedKill[];
  /** Of whoever asks for the deletions. */
  token: string;
  callerId: string;
  /** The videos of the other deletions: see `crowdAt`. */
  crowd: readonly string[];
};

/** Long enough for a kill to come before its end. */
const UNDO_SECONDS = '3';
/** A process comes to its end in two or three seconds; on a machine that has other work, later. In milliseconds. */
const LIMIT = 60_000;

/**
 * Starts one process after another in the same folder. Each requests the deletion that the plan names, unless it was
 * requested before, continues the deletions of earlier processes, and is killed with SIGKILL when that deletion has
 * reached its point.
 * @throws when a process does not reach it within a minute, with the reason
 */
export async function* killProcesses(campaign: Campaign): AsyncGenerator<Kill> {
  for (const [n, planned] of campaign.kills.entries()) {
    try {
      yield await killOne(campaign, n, planned);
    } catch (error) {
      const where = `"${planned.point}" (${planned.phase}) of ${campaign.videoIds[planned.deletion]}`;
      throw new Error(`Kill ${n + 1} of ${campaign.kills.length}, at ${where}, did not come about: ${error}`);
    }
  }
}

async function killOne(campaign: Campaign, n: number, planned: PlannedKill): Promise<Kill> {
  const orders = ordersFor(campaign, n, planned);
  const startedAt = performance.now();
  // Compiled code is shared: without it, half of the time would go into loading the sources.
  const environment = { NODE_COMPILE_CACHE: join(campaign.folder, 'compiled') };
  const child = startChild('test/kills/killed-process.ts', [JSON.stringify(orders)], environment);
  try {
    const [, url] = await child.until(/^ready (\S+)$/m, LIMIT);
    const bootMilliseconds = performance.now() - startedAt;
    const isAskedFor = campaign.kills.slice(0, n).every(({ deletion }) => deletion !== planned.deletion);
    const asked = isAskedFor ? requestDeletion(url + videoPath(orders.videoId), campaign.token) : undefined;
    const [, reached = ''] = await child.until(/^reached (.+)$/m, LIMIT);
    const answer = KILL_POINTS[planned.point].isInRequest ? undefined : await asked;
    const servers = childrenOf(child.pid);
    child.kill();
    const [{ code, stdout }] = await Promise.all([child.ended, asked]);
    const errors = [...stdout.matchAll(/^error .*$/gm)].map(([line]) => line);
    const found: Reached = JSON.parse(reached);
    return { ...planned, ...found, answer, servers, errors, isKilled: code === null, bootMilliseconds };
  } finally {
    child.kill();
    await child.ended;
  }
}

/** Without an undo window a deletion begins at once; one that is killed while it waits needs one. */
function ordersFor(
  { folder, videoIds, kills, callerId, crowd: all }: Campaign,
  n: number,
  { deletion, point, phase }: PlannedKill,
): Orders {
  const idOf = (kill: PlannedKill) => videoIds[kill.deletion] ?? '';
  const ownKills = kills.filter((kill) => kill.deletion === deletion);
  const isPending = KILL_POINTS[point].state === 'pending';
  const crowd = crowdAt(all, n);
  return {
    folder,
    environment: { ...QUICK, ...(isPending && { UNDO_SECONDS }) },
    ...{ videoId: videoIds[deletion] ?? '', point, phase },
    heldBack: [
      ...kills
        .slice(n + 1)
        .filter((kill) => kill.deletion !== deletion)
        .map(idOf),
      ...crowd.videoIds,
    ],
    ...{ crowd, callerId },
    isProcessed: ownKills[0] === kills[n] && ownKills.some((kill) => kill.point === 'cancelRuns'),
  };
}

/** @returns the status; undefined when the process ended before it answered */
async function requestDeletion(address: string, token: string): Promise<number | undefined> {
  const request = { method: 'DELETE', headers: { authorization: `Bearer ${token}` } };
  return await fetch(address, request).then(
    ({ status }) => status,
    () => undefined,
  );
}

function childrenOf(pid: number): number[] {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return processes
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child, parent]) => (child && parent === pid ? [child] : []));
}
