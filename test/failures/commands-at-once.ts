import { prefixOf } from '../../functions/deletion/data-map/data-map.ts';
import { ObjectsLocked, StepFailed } from '../../functions/deletion/errors.ts';
import type { Ports, Tombstones } from '../../functions/deletion/ports.ts';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { undoDeletion } from '../../functions/deletion/requests/undo-deletion.ts';
import { MAX_ATTEMPTS } from '../../functions/deletion/rules.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { sweepDeletions } from '../../functions/deletion/work/sweep-deletions.ts';
import { takeLease } from '../../functions/deletion/work/take-lease.ts';
import { workOnDeletion } from '../../functions/deletion/work/work-on-deletion.ts';
import { aVideoId } from '../support/a-tombstone.ts';
import { holdAsCaller, releaseAsCaller, replayAsCaller } from '../support/as-caller.ts';
import { type MemoryWorld, openMemoryWorld } from '../support/memory-world.ts';
import type { Task, Turn } from './interleavings.ts';

const REASON = { code: 'litigation', caseNumber: 'C-17' } as const;
const PLENTY = () => 900_000;

/**
 * A world with one small video, because fewer turns of a worker allow more orders to be tried. `died` is a worker that
 * died before the test and never releases its lease.
 */
export type Scene = { world: MemoryWorld; videoId: VideoId; owner: string; admin: string; died?: string | undefined };
type Command = (scene: Scene, ports: Ports) => Promise<unknown>;

/** Everything that can happen to a deletion. `work` takes a message that the queue holds, early or not. */
export const COMMANDS = {
  delete: ({ videoId, owner }, ports) => requestDeletion(ports, { callerId: owner, videoId }),
  undo: ({ videoId, owner }, ports) => undoDeletion(ports, { callerId: owner, videoId }),
  hold: ({ videoId, admin }, ports) => holdAsCaller(ports, { callerId: admin, videoId, reason: REASON }),
  release: ({ videoId, admin }, ports) => releaseAsCaller(ports, { callerId: admin, videoId, reason: REASON }),
  replay: ({ videoId, admin }, ports) => replayAsCaller(ports, { callerId: admin, videoId }),
  sweep: (_scene, ports) => sweepDeletions(ports),
  work: async ({ world }, ports) => {
    const [message] = world.queues.cleanup.messages();
    if (message) await workOnDeletion(ports, message, PLENTY);
  },
} as const satisfies Record<string, Command>;
export type CommandName = keyof typeof COMMANDS;
export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[];

const later =
  (seconds: number): Command =>
  async ({ world }) =>
    world.advance(seconds);
/** A worker begins, and dies at once. */
const crash: Command = async ({ videoId }, ports) => {
  const tombstone = await ports.tombstones.find(videoId);
  if (tombstone) await takeLease(ports, tombstone);
};
/** So many passes in which no object can be deleted, and no row if `rowsFail`; then the stores are well again. */
const failing =
  (error: Error, { passes, rowsFail }: { passes: number; rowsFail: boolean }): Command =>
  async ({ world }) => {
    const { rows, objects } = world.ports;
    const down = () => Promise.reject(error);
    world.ports.objects = { ...objects, deleteAll: down };
    if (rowsFail) world.ports.rows = { ...rows, deleteBatch: down, deleteVideoRow: down };
    for (let pass = 0; pass < passes; pass++) {
      world.advance(2_000);
      await world.turn();
    }
    Object.assign(world.ports, { rows, objects });
  };
const fail = failing(new StepFailed('ServiceUnavailable'), { passes: MAX_ATTEMPTS, rowsFail: true });
const lock = failing(new ObjectsLocked({}), { passes: 1, rowsFail: false });
const { delete: ask, hold, undo, work } = COMMANDS;

/** Where a deletion stands when the commands come: what happened before. */
export const STARTS = {
  visible: [],
  'in its undo window': [ask],
  'due again after its worker died': [ask, later(10), crash, later(61)],
  'settled long enough': [ask, later(10), work, later(900)],
  undone: [ask, undo, later(61)],
  'held unasked': [hold],
  'held in its undo window': [ask, hold],
  'held while a worker had it': [ask, later(10), crash, hold, later(61)],
  failed: [ask, fail],
  'held after it had failed': [ask, fail, hold],
  'held by a lock in the store that is over': [ask, lock, later(86_400)],
} as const satisfies Record<string, readonly Command[]>;
export type StartName = keyof typeof STARTS;

/** A new scene at this start. */
export async function openScene(start: StartName): Promise<Scene> {
  const world = openMemoryWorld();
  const scene = { world, videoId: aVideoId(), owner: await world.user(), admin: await world.user({ isAdmin: true }) };
  await addVideo(scene);
  for (const command of STARTS[start]) await command(scene, world.ports);
  return { ...scene, died: (await world.ports.tombstones.find(scene.videoId))?.lease?.owner };
}

async function addVideo({ world, videoId, owner }: Scene): Promise<void> {
  const { seed, objects, runs } = world;
  await seed.video({ videoId, ownerId: owner });
  await seed.children('views', videoId, 1);
  await seed.run(videoId, runs.start(`video-${videoId}`));
  for (const name of ['playlist.m3u8', 'thumbnail.jpg']) objects.put(prefixOf(videoId) + name);
}

/** The command as a task that waits for its turn before it reads or writes a tombstone. */
export function taskOf(name: CommandName, scene: Scene): Task {
  const { ports } = scene.world;
  return (turn) => COMMANDS[name](scene, { ...ports, tombstones: inTurns(ports.tombstones, turn) });
}

/** `work` that also waits for its turn before it removes anything, so that others see it in the middle of a removal. */
export function slowWork(scene: Scene): Task {
  const { rows, objects, ...others } = scene.world.ports;
  return (turn) => {
    const afterTurn =
      <Asked extends unknown[], Answer>(remove: (...asked: Asked) => Promise<Answer>) =>
      async (...asked: Asked) => {
        await turn('change');
        return await remove(...asked);
      };
    const slow = {
      rows: { ...rows, deleteVideoRow: afterTurn(rows.deleteVideoRow) },
      objects: { ...objects, deleteAll: afterTurn(objects.deleteAll) },
      tombstones: inTurns(others.tombstones, turn),
    };
    return COMMANDS.work(scene, { ...others, ...slow });
  };
}

/** The undo window ends, in one turn. */
export function windowEnds({ world }: Scene): Task {
  return async (turn) => {
    await turn('change');
    world.advance(world.ports.rules.undoSeconds);
  };
}

function inTurns(tombstones: Tombstones, turn: Turn): Tombstones {
  return {
    ...tombstones,
    async find(videoId) {
      await turn('look');
      return await tombstones.find(videoId);
    },
    async write(previous, next) {
      await turn('change');
      return await tombstones.write(previous, next);
    },
    async *due(at) {
      await turn('look');
      yield* tombstones.due(at);
    },
  };
}
