import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import { workOnEdge } from '../../functions/deletion/edge/work-on-edge.ts';
import type { Ports } from '../../functions/deletion/ports.ts';
import type { Receipt } from '../../functions/deletion/record/receipt.ts';
import { replayDeletion } from '../../functions/deletion/requests/replay-deletion.ts';
import { sweepDeletions } from '../../functions/deletion/work/sweep-deletions.ts';
import { workOnDeletion } from '../../functions/deletion/work/work-on-deletion.ts';
import { interceptPorts, type PortCall } from '../support/memory/intercept-ports.ts';
import { contentOf } from '../support/schedule-world.ts';
import { openStage, type Scenario, type Stage } from './scenarios.ts';

/**
 * `late`: the client gives up, and the call takes effect afterwards, like a statement that a server goes on with when
 * its client has gone.
 */
export const PORT_FAULTS = ['refused', 'answer lost', 'late by three calls', 'late by 20 s'] as const;
export type PortFault = (typeof PORT_FAULTS)[number];
export type PortPlan = { call: number; fault: PortFault };

class GaveUp extends Error {
  override name = 'GaveUp';
}

const LATER = { calls: 3, seconds: 20 };
const LONG = 900_000;
const ROUND_SECONDS = 10;
/** After an hour, whatever is left waits for a day: a lock, or the copies behind a gate. */
const ROUNDS_IN_AN_HOUR = 360;
const LATER_ROUND_SECONDS = 300;
/** Longer than any of these deletions takes: ten days. */
const MOST_ROUNDS = ROUNDS_IN_AN_HOUR + 2_880;
const MOST_ASKED = 5;

/** Plays a scenario with at most one fault. @returns the calls that were made @throws when a promise was broken */
export async function playScenario(scenario: Scenario, plan?: PortPlan): Promise<string[]> {
  const stage = await openStage(scenario);
  const { world, video } = stage;
  const before = { own: await contentOf(world, video), others: world.othersThan([video]) };
  const calls: string[] = [];
  const { ports, flush } = withFault(stage, calls, plan);
  try {
    for (const { passes = 0, ask, isOver } of scenario.acts) {
      await live(stage, ports, passes);
      await askUntilAccepted(() => ask(ports, stage), isOver);
    }
    await comeToRest(stage, ports, scenario);
    await flush();
    await comeToRest(stage, ports, scenario);
    await (scenario.ends === 'deleted' ? checkDeleted(stage, scenario, plan) : checkKept(stage, before.own));
    deepStrictEqual(world.othersThan([video]), before.others, 'something of others has changed');
    return calls;
  } finally {
    await stage.files?.close();
  }
}

function withFault({ world }: Stage, calls: string[], plan?: PortPlan) {
  let late: { effect: () => Promise<unknown>; after: number; at: number } | undefined;
  const flush = async () => {
    const due = late;
    late = undefined;
    await due?.effect().catch(() => undefined);
  };
  const now = () => world.ports.clock().getTime() / 1000;
  const around = async <T>({ port, method }: PortCall, effect: () => Promise<T>): Promise<T> => {
    const number = calls.push(`${port}.${method}`) - 1;
    if (late && (number >= late.after || now() >= late.at)) await flush();
    if (number !== plan?.call) return await effect();
    if (plan.fault === 'answer lost') await effect();
    if (plan.fault === 'late by three calls')
      late = { effect, after: number + LATER.calls, at: Number.POSITIVE_INFINITY };
    if (plan.fault === 'late by 20 s') late = { effect, after: Number.POSITIVE_INFINITY, at: now() + LATER.seconds };
    throw new GaveUp(`${port}.${method}`);
  };
  return { ports: interceptPorts(world.ports, around), flush };
}

async function askUntilAccepted(ask: () => Promise<unknown>, isOver = (_: Error) => false): Promise<void> {
  for (let asked = 1; ; asked += 1) {
    try {
      await ask();
      return;
    } catch (error) {
      if (asked > 1 && isOver(error as Error)) return;
      if (asked === MOST_ASKED) throw error;
    }
  }
}

/** Lets everybody work for so long. A function that fails is called again, as the queue and the schedule would. */
async function live({ world }: Stage, ports: Ports & { edge: NonNullable<Ports['edge']> }, seconds: number) {
  for (let passed = 0; passed < seconds; passed += ROUND_SECONDS) {
    world.advance(Math.min(ROUND_SECONDS, seconds - passed));
    await round(world, ports);
  }
}

async function round(world: Stage['world'], ports: Ports & { edge: NonNullable<Ports['edge']> }): Promise<void> {
  world.completeInvalidations();
  for (const { message, receiptHandle } of world.queues.cleanup.receive(10)) {
    const isDone = await workOnDeletion(ports, message, () => LONG).then(
      () => true,
      () => false,
    );
    if (isDone) world.queues.cleanup.delete(receiptHandle);
  }
  for (const { message, receiptHandle } of world.queues.edge.receive(10)) {
    const failed = await workOnEdge(ports, [message]).catch(() => [message]);
    if (failed.length === 0) world.queues.edge.delete(receiptHandle);
  }
  if (world.ports.clock().getTime() % 60_000 < ROUND_SECONDS * 1000) await sweepDeletions(ports).catch(() => 0);
}

async function comeToRest(stage: Stage, ports: Ports & { edge: NonNullable<Ports['edge']> }, { ends }: Scenario) {
  const { world, video } = stage;
  for (let rounds = 0; rounds < MOST_ROUNDS; rounds += 1) {
    const found = await world.ports.tombstones.find(video.videoId);
    if (found?.state === 'failed')
      await replayDeletion(world.ports, { videoId: video.videoId, by: 'admin' }).catch(() => undefined);
    const isAtRest = found?.state === ends && !found.dueAt && found.outbox.length === 0;
    if (isAtRest && world.queues.cleanup.messages().length + world.queues.edge.messages().length === 0) return;
    if (rounds > ROUNDS_IN_AN_HOUR) world.advance(LATER_ROUND_SECONDS);
    await live(stage, ports, ROUND_SECONDS);
  }
  const { state } = (await world.ports.tombstones.find(video.videoId)) ?? {};
  throw new Error(`The deletion never comes to rest: it is ${state}`);
}

async function checkDeleted(
  { world, video, files }: Stage,
  { excepts = {} }: Scenario,
  plan?: PortPlan,
): Promise<void> {
  deepStrictEqual(world.left(video.videoId), {}, 'something is left');
  deepStrictEqual((await files?.left()) ?? [], [], 'files are left');
  const tombstone = await world.ports.tombstones.find(video.videoId);
  strictEqual(tombstone?.receipts.length, 1, 'not one receipt');
  const events = new Set(world.published.filter((event) => event.videoId === video.videoId).map(({ id }) => id));
  strictEqual(events.size, 1, 'not one event');
  const { exceptions, counts } = JSON.parse(tombstone.receipts[0] as string) as Receipt;
  ok((counts.deleteRows?.videos ?? 0) <= 1, 'more rows than there were');
  if (!plan) deepStrictEqual(exceptions, excepts, 'other exceptions than without a fault');
}

async function checkKept({ world, video }: Stage, before: object): Promise<void> {
  deepStrictEqual(await contentOf(world, video), before, 'something of an undone video is gone');
  const { video: row } = await world.ports.rows.find('', video.videoId);
  strictEqual(row?.hidden, false, 'an undone video is hidden');
  const marks = world
    .lines()
    .filter(({ place, text }) => ['fences', 'gates'].includes(place) && text.includes(video.videoId));
  deepStrictEqual(marks, [], 'a fence or a gate was left');
}
