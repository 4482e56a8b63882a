import { isDeepStrictEqual } from 'node:util';
import { createOrdeal, type Ordeal, type Plan } from './ordeal.ts';
import { STOPPED } from './process.ts';
import { closeRun, deliver, type Run, replay, request, startRun, sweep } from './run.ts';
import type { FaultWorld, Subject } from './world.ts';

/** How far the clock goes when nobody has anything to do, in seconds. */
const STEP = 10;
/** Every minute, as the sweeper comes, would only repeat itself: so often, each thing that it does is done once. */
const SWEEP_EVERY = 600;
/** When what lasts is lifted: after more deliveries and sweeps than it takes until a deletion is given up. */
const MOST_IN_VAIN = 60;
const MOST_REQUESTS = 5;
/** More deliveries and sweeps than any deletion takes: one that needs them all never ends. */
const MOST_WORK = 200;

export type Outcome = {
  ordeal: Ordeal;
  /** What the caller was told, in order: HTTP statuses, or nothing, since the process ended. */
  told: (number | typeof STOPPED)[];
  /** The caller was told that the video is hidden, and it was not. */
  isSaidHidden: boolean;
  /** The caller was refused though the deletion stood by then. */
  isAcceptedUnsaid: boolean;
  /** The caller was refused, nothing stood, and yet something had changed. */
  isChangedUnasked: boolean;
  /** How often an admin had to start it again. */
  replays: number;
};

/**
 * One deletion from the request to the end: the request is repeated until it was accepted; then it is worked on, swept,
 * and replayed if it has failed. Its first message is lost, so that the sweeper must enqueue it.
 * @param whileItLasts called before a lasting fault is lifted
 */
export async function runDeletion(
  world: FaultWorld,
  subject: Subject,
  plan?: Plan,
  whileItLasts: () => Promise<void> = async () => {},
): Promise<Outcome> {
  const ordeal = createOrdeal(plan);
  const run = startRun(world, subject, { ordeal, ...(plan && { plan }) });
  const lift = async () => {
    if (!ordeal.isLasting()) return;
    await whileItLasts();
    ordeal.lift();
  };
  try {
    const asked = await ask(run, lift);
    loseMessages(world);
    return { ordeal, ...asked, replays: await untilDone(run, lift) };
  } finally {
    await closeRun(run);
  }
}

type Lift = () => Promise<void>;
type Answers = Omit<Outcome, 'ordeal' | 'replays'>;

/** Asks until there is an answer or, where there is none, a tombstone. What refused it is over by the second time. */
async function ask(run: Run, lift: Lift): Promise<Answers> {
  const { world, subject } = run;
  const asked: Answers = { told: [], isSaidHidden: false, isAcceptedUnsaid: false, isChangedUnasked: false };
  while (asked.told.length < MOST_REQUESTS) {
    const { status, isHidden } = await request(run);
    asked.told.push(status);
    asked.isSaidHidden ||= isHidden && !(await world.isHidden(subject.videoId));
    const isStored = (await world.tombstone(subject.videoId)) !== undefined;
    if (status === 202 || (status === STOPPED && isStored)) break;
    asked.isAcceptedUnsaid ||= isStored;
    asked.isChangedUnasked ||= !isStored && !isDeepStrictEqual(await subject.left(), subject.before);
    await lift();
  }
  return asked;
}

/** The queue brings what was sent when it is due; here, never. */
function loseMessages({ advance, queues }: FaultWorld): void {
  advance(STEP);
  const { cleanup } = queues();
  for (const { receiptHandle } of cleanup.receive()) cleanup.delete(receiptHandle);
}

/** Lets time pass and everybody work until the deletion is done. @returns how often it was replayed */
async function untilDone(run: Run, lift: Lift): Promise<number> {
  let [replays, inVain, mayBeDone] = [0, 0, false];
  for (let work = 0; work < MOST_WORK; ) {
    const delivered = await deliver(run);
    if (delivered === 0 && mayBeDone && (await isDone(run))) return replays;
    const swept = delivered === 0 && passTime(run.world);
    if (swept) await sweep(run);
    const worked = delivered + Number(swept);
    mayBeDone = worked > 0;
    work += worked;
    inVain += run.ordeal.isLasting() ? worked : 0;
    const hasFailed = worked > 0 && (await stateOf(run)) === 'failed';
    if (hasFailed || inVain > MOST_IN_VAIN) await lift();
    if (hasFailed) await replay(run);
    replays += Number(hasFailed);
  }
  throw new Error(`The deletion never comes to an end: it is ${await stateOf(run)}`);
}

/** Moves the clock and lets the edge complete what it was asked for. @returns whether it is time to sweep */
function passTime(world: FaultWorld): boolean {
  world.advance(STEP);
  world.viewers.local.completeInvalidations();
  return (world.clock().getTime() / 1000) % SWEEP_EVERY < STEP;
}

async function stateOf({ world, subject }: Run): Promise<string | undefined> {
  return (await world.tombstone(subject.videoId))?.state;
}

async function isDone({ world, subject: { videoId } }: Run): Promise<boolean> {
  const { cleanup, edge } = world.queues();
  if (cleanup.messages().length + edge.messages().length > 0) return false;
  const tombstone = await world.tombstone(videoId);
  return tombstone?.state === 'deleted' && tombstone.outbox.length === 0;
}
