import { expect } from 'vitest';
import { NotAllowedNow, UnknownVideo } from '../../functions/deletion/errors.ts';
import type { Tombstone } from '../../functions/deletion/record/tombstone.ts';
import { isStopped } from '../../functions/deletion/requests/hold-video.ts';
import { sweepDeletions } from '../../functions/deletion/work/sweep-deletions.ts';
import {
  COMMANDS,
  type CommandName,
  openScene,
  type Scene,
  type StartName,
  slowWork,
  taskOf,
  windowEnds,
} from './commands-at-once.ts';
import { inEveryOrder, type Outcome, type Tasks } from './interleavings.ts';

/** What a deletion removes; cached copies go when a video is hidden, and may come and go at any time. */
const COPIES = ['cache', 'edge', 'video_stats'];
const A_DAY = 86_400;

type Ran = { names: readonly string[]; outcomes: Record<string, Outcome>; full: object };

/**
 * Gives the commands at the same time, in every order of their reads and writes of tombstones. Checks for each order
 * that the promises hold, at once and in the end. `window ends`: the undo window ends during the commands. `slow work`:
 * the work that deletes also takes turns.
 * @returns how many orders there are
 */
export async function heldInEveryOrder(
  start: StartName,
  names: readonly (CommandName | 'window ends' | 'slow work')[],
): Promise<number> {
  const endsSeen = new Set<string>();
  return await inEveryOrder(async (interleave) => {
    const scene = await openScene(start);
    const full = contentOf(scene);
    const watch = watchHold(scene, names);
    const tasks: Tasks = {};
    for (const [index, name] of names.entries())
      tasks[`${name}${index}`] =
        name === 'window ends'
          ? windowEnds(scene)
          : name === 'slow work'
            ? slowWork(scene)
            : watch.seen(name, taskOf(name, scene));
    const outcomes = await interleave(tasks, watch.look);
    const ran = { names, outcomes, full };
    expectOutcomes(await find(scene), scene, ran);
    const end = await signatureOf(scene, outcomes);
    if (endsSeen.has(end)) return;
    endsSeen.add(end);
    await expectEnd(scene, ran);
  });
}

const find = ({ world, videoId }: Scene) => world.ports.tombstones.find(videoId);

function contentOf({ world, videoId }: Scene): Record<string, number> {
  return Object.fromEntries(Object.entries(world.left(videoId)).filter(([place]) => !COPIES.includes(place)));
}

/** From the turn on in which a hold is answered and nobody works any more, nothing goes until somebody releases. */
function watchHold(scene: Scene, names: readonly string[]) {
  let isAnswered = false;
  let kept: object | undefined;
  return {
    seen: (name: CommandName, task: Tasks[string]): Tasks[string] =>
      name !== 'hold'
        ? task
        : async (turn) => {
            await task(turn);
            isAnswered = true;
          },
    async look() {
      if (!isAnswered || names.includes('release')) return;
      const tombstone = await find(scene);
      if (kept) expect(contentOf(scene), 'kept by the hold').toEqual(kept);
      if (tombstone && isStopped(tombstone, scene.world.ports.clock())) kept ??= contentOf(scene);
    },
  };
}

const isDone = ({ names, outcomes }: Ran, name: CommandName) =>
  names.some((one, index) => one === name && outcomes[`${one}${index}`]?.status === 'fulfilled');

function expectOutcomes(tombstone: Tombstone | undefined, scene: Scene, ran: Ran): void {
  const { names, outcomes, full } = ran;
  for (const outcome of Object.values(outcomes)) {
    if (outcome.status === 'fulfilled') continue;
    expect([NotAllowedNow, UnknownVideo], `${outcome.reason}`).toContain(outcome.reason.constructor);
  }
  if (isDone(ran, 'hold') && !names.includes('release')) {
    expect(tombstone).toMatchObject({ state: 'held', held: { hold: { code: 'litigation' } } });
    if (tombstone?.lease?.owner !== scene.died || scene.died === undefined)
      expect(isStopped(tombstone as Tombstone, scene.world.ports.clock()), 'the last worker has given way').toBe(true);
  }
  if (!isDone(ran, 'undo')) return;
  expect(contentOf(scene), 'an undone deletion has removed nothing').toEqual(full);
  if (names.includes('delete')) return;
  expect([tombstone?.state, tombstone?.held?.from]).toContain('cancelled');
  const undone = tombstone?.history.findLast(
    ({ by, to }) => by === scene.owner && (to === 'cancelled' || to === 'held'),
  );
  expect(undone?.at.localeCompare(tombstone?.undoableUntil ?? ''), 'undone inside its window').toBe(-1);
}

/** What stands apart from ids and hashes: two scenes of which it is the same go on alike. */
async function signatureOf(scene: Scene, outcomes: Record<string, Outcome>): Promise<string> {
  const { revision: _, history = [], ...tombstone } = (await find(scene)) ?? {};
  const messages = Object.values(scene.world.queues).map((queue) => queue.messages().length);
  const moves = history.map(({ from, to }) => `${from} ${to}`);
  const statuses = Object.values(outcomes).map(({ status }) => status);
  const all = [tombstone, moves, statuses, scene.world.left(scene.videoId), messages];
  return JSON.stringify(all).replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id');
}

/** Under a hold nothing goes, for however long; released, the deletion comes to its end, which is one of two. */
async function expectEnd(scene: Scene, ran: Ran): Promise<void> {
  await untilIdle(scene);
  if ((await find(scene))?.state === 'held') {
    const kept = contentOf(scene);
    await untilIdle(scene);
    expect(contentOf(scene), 'kept by the hold').toEqual(kept);
    await COMMANDS.release(scene, scene.world.ports);
    await untilIdle(scene);
  }
  if ((await find(scene))?.state === 'failed') {
    await COMMANDS.replay(scene, scene.world.ports);
    await untilIdle(scene);
  }
  const { state, receipts = [], history = [] } = (await find(scene)) ?? {};
  const isKept = state === undefined || state === 'none' || state === 'cancelled';
  expect(isKept || state === 'deleted', `${state} is an end`).toBe(true);
  expect({ receipts: receipts.length, content: contentOf(scene) }).toEqual({
    receipts: isKept ? 0 : 1,
    content: isKept ? ran.full : {},
  });
  if (isKept)
    expect(scene.world.lines().filter(({ place, text }) => place === 'fences' || text.includes('deletedAt'))).toEqual(
      [],
    );
  if (isDone(ran, 'undo') && !ran.names.includes('delete')) expect(state).toBe('cancelled');
  for (const [index, { from }] of history.entries()) expect(from).toBe(history[index - 1]?.to ?? 'none');
}

/** Days in which the sweeper comes and every message is worked on. */
async function untilIdle({ world }: Scene): Promise<void> {
  for (let days = 0; days < 2; days++) {
    await sweepDeletions(world.ports);
    await world.settle();
    world.advance(A_DAY);
  }
}
