import { legalHoldOf } from '../../functions/deletion/record/tombstone.ts';
import { releaseVideo } from '../../functions/deletion/requests/release-video.ts';
import { replayDeletion } from '../../functions/deletion/requests/replay-deletion.ts';
import { MAX_ATTEMPTS } from '../../functions/deletion/rules.ts';
import { sweepDeletions } from '../../functions/deletion/work/sweep-deletions.ts';
import { interceptPorts } from './memory/intercept-ports.ts';
import type { Command, Schedule, TaskName } from './schedule.ts';
import { startActor } from './schedule-actor.ts';
import { writeLate } from './schedule-late-writes.ts';
import { checkPromises } from './schedule-promises.ts';
import { perform, TASKS } from './schedule-tasks.ts';
import { lookAround, openScheduledWorld, type ScheduledWorld } from './schedule-world.ts';

/** How many seconds pass between two rounds of the workers. */
const ROUND_SECONDS = 30;
/** Longer than any deletion takes without faults: 24 hours. */
const MOST_ROUNDS = 2880;

/**
 * Runs all commands of a schedule, then ends the faults, lets the workers finish, and checks that every promise was
 * kept.
 * @throws when a promise was broken
 */
export async function runSchedule({ gate, commands }: Schedule): Promise<void> {
  const scheduled = await openScheduledWorld({ gate });
  for (const command of commands) {
    await COMMANDS[command.do](scheduled, command as never);
    await lookAround(scheduled);
  }
  scheduled.outages.clear();
  for (const actor of scheduled.actors) await actor.finish();
  await comeToRest(scheduled);
  await endHolds(scheduled);
  await replayFailed(scheduled);
  await checkPromises(scheduled);
}

type Obey = {
  [Name in Command['do']]: (scheduled: ScheduledWorld, command: Extract<Command, { do: Name }>) => unknown;
};

const COMMANDS: Obey = {
  async start(scheduled, { task, which, calls, fault }) {
    await start(scheduled, { task, which, fault }).go(calls);
  },
  async go({ actors }, { actor, calls }) {
    const underWay = actors.filter(({ isOver }) => !isOver);
    await underWay[actor % Math.max(1, underWay.length)]?.go(calls);
  },
  wait: ({ world }, { seconds }) => world.advance(seconds),
  write: writeLate,
  lose({ world: { queues } }, { queue }) {
    for (const { receiptHandle } of queues[queue].receive(1)) queues[queue].delete(receiptHandle);
  },
  outage({ outages, stage }, { port, seconds }) {
    outages.set(port, stage.clock().getTime() + seconds * 1000);
  },
  /** The service runs normally, even while stores are down. */
  async live(scheduled, { seconds }) {
    const { world, stage } = scheduled;
    const ports = interceptPorts(stage.ports, async (call, effect) => {
      stage.onCall(call);
      return await effect();
    });
    for (let passed = 0; passed < seconds; passed += ROUND_SECONDS) {
      world.completeInvalidations();
      for (const task of ['sweep', 'deliver', 'deliver', 'deliver', 'deliverToEdge'] as const)
        await perform(scheduled, { task, which: 0 }, ports, () => TASKS[task].lifeSeconds * 1000);
      world.advance(ROUND_SECONDS);
    }
  },
};

function start(
  scheduled: ScheduledWorld,
  { task, which, fault }: Pick<Extract<Command, { do: 'start' }>, 'which' | 'fault'> & { task: TaskName },
) {
  const life = { fault, lifeSeconds: TASKS[task].lifeSeconds };
  const actor = startActor(scheduled.stage, life, (ports, timeLeft) =>
    perform(scheduled, { task, which }, ports, timeLeft),
  );
  scheduled.actors.push(actor);
  return actor;
}

/** Sweeps, delivers messages and lets time pass until nothing is left to do. */
async function comeToRest(scheduled: ScheduledWorld): Promise<void> {
  const { world } = scheduled;
  for (let round = 0; !isAtRest(scheduled); round++) {
    if (round > MOST_ROUNDS) throw new Error('The deletions never come to an end');
    await sweepDeletions(world.ports);
    await world.turn();
    await lookAround(scheduled);
    world.advance(ROUND_SECONDS);
  }
}

function isAtRest({ world: { queues }, tombstones }: ScheduledWorld): boolean {
  const isQuiet = queues.cleanup.messages().length + queues.edge.messages().length === 0;
  return isQuiet && [...tombstones.values()].every(({ sweepAt, outbox }) => !sweepAt && outbox.length === 0);
}

/** Releases the holds. The released deletions must reach the same ends. */
async function endHolds(scheduled: ScheduledWorld): Promise<void> {
  const { tombstones, world } = scheduled;
  for (const tombstone of tombstones.values()) {
    const { videoId } = tombstone;
    const hold = legalHoldOf(tombstone);
    if (hold) await releaseVideo(world.ports, { videoId, by: 'operator', reason: hold });
  }
  await comeToRest(scheduled);
}

/** Giving up is right only when all attempts are used. After a replay without faults, it must not happen again. */
async function replayFailed(scheduled: ScheduledWorld): Promise<void> {
  const { tombstones, world } = scheduled;
  for (const { videoId, state, attempts } of tombstones.values()) {
    if (state !== 'failed') continue;
    if (attempts < MAX_ATTEMPTS) throw new Error(`It was given up after ${attempts} attempts`);
    await replayDeletion(world.ports, { videoId, by: 'operator' });
  }
  await comeToRest(scheduled);
}
