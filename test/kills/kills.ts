import { rm } from 'node:fs/promises';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import { differences, type Fingerprints } from '../../local/demo/fingerprints.ts';
import { userIdOf } from '../../platform/seed/accounts.ts';
import { untilGone } from '../support/child.ts';
import { leftIn } from '../support/left-in.ts';
import { newFolder, openSystem, type TestSystem } from '../support/system.ts';
import { receiptProblems } from './check-receipts.ts';
import { CROWD } from './crowd.ts';
import { isInWorker, KILL_POINTS } from './kill-points.ts';
import { type Kill, killProcesses } from './kill-processes.ts';
import { countKills, killTable } from './kill-table.ts';
import { planKills } from './plan.ts';
import { fingerprintNow, OWNER, type Seeded, seedVideos } from './seed-videos.ts';

const kills = Number(process.env.KILLS ?? 100);
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const plan = planKills({ kills, seed });

/** The longest pause after a pass that failed for its fourth time is 80 seconds. In milliseconds. */
const PATIENCE = 170_000;
/** What each state and each step must have seen. Fewer than a hundred kills are a try-out. */
const AT_LEAST = 10 * Math.floor(kills / 100);

describe(`${kills} processes killed with SIGKILL at ${plan.deletions} deletions (KILLS=${kills} SEED=${seed})`, () => {
  const startedAt = performance.now();
  const killed: Kill[] = [];
  let folder = '';
  let seeded: Seeded;
  let system: TestSystem | undefined;
  /** The one that was started after the last kill. */
  const last = () => system as TestSystem;

  beforeAll(async () => {
    folder = await newFolder();
    system = await openSystem({ folder });
    seeded = await seedVideos(system, folder, plan);
    const token = await system.issuer.tokenFor(userIdOf(OWNER));
    await system.stop();
    system = undefined;
    const { demo, crowd } = seeded;
    const campaign = { folder, videoIds: demo.deleted, kills: plan.kills, token, callerId: userIdOf(OWNER), crowd };
    for await (const kill of killProcesses(campaign)) {
      killed.push(kill);
      if (killed.length % 10 === 0) console.log(`${killed.length} of ${kills} killed`);
    }
    system = await openSystem({ folder });
  });

  afterAll(async () => {
    if (killed.length > 0) console.log(killTable(killed, { seconds: (performance.now() - startedAt) / 1000 }));
    // The servers of a process that was killed end with the next start: where a kill did not come about, this is it.
    await (system ?? (await openSystem({ folder }))).stop();
    await rm(folder, { recursive: true });
  });

  test('each was killed where it was meant to be, with the deletion under way', () => {
    expect(killed).toHaveLength(kills);
    for (const [n, { deletion, point, state, isKilled, isLeased, answer }] of killed.entries()) {
      const isAskedFor = killed.findIndex((kill) => kill.deletion === deletion) === n;
      const isAnswered = isAskedFor && !KILL_POINTS[point].isInRequest;
      const expected = { state: KILL_POINTS[point].state, isKilled: true, answer: isAnswered ? 202 : undefined };
      expect({ point, state, isKilled, answer }).toEqual({ point, ...expected });
      if (isInWorker(point)) expect({ point, isLeased }).toEqual({ point, isLeased: true });
    }
    for (const { point, atWork } of killed) expect(atWork, point).toBeGreaterThanOrEqual(CROWD);
    const { states, steps } = countKills(killed);
    for (const count of Object.values({ ...states, ...steps })) expect(count).toBeGreaterThanOrEqual(AT_LEAST);
  });

  test('all of them come to their end by themselves', async () => {
    await expect
      .poll(() => countStates(last()), { timeout: PATIENCE })
      .toEqual({ deleted: plan.deletions + seeded.crowd.length });
  });

  test('nothing is left of any video, in any store', async () => {
    for (const videoId of seeded.demo.deleted) {
      expect(await leftIn(last(), videoId)).toEqual(alikes(seeded.before, videoId));
    }
  });

  test('each deletion has one receipt, signed, and with the head of a whole history', async () => {
    for (const videoId of seeded.demo.deleted) expect(await receiptProblems(last(), videoId)).toEqual([]);
  });

  test('each receipt counts the workers that died with the deletion in their hands', async () => {
    for (const [deletion, videoId] of seeded.demo.deleted.entries()) {
      const own = killed.filter((kill) => kill.deletion === deletion && isInWorker(kill.point));
      const tombstone = await last().ports.tombstones.find(parseVideoId(videoId));
      expect(tombstone?.interrupted).toBeGreaterThanOrEqual(own.length);
    }
  });

  test('the neighbours are as they were, byte for byte', async () => {
    const { before, demo } = seeded;
    expect(Object.keys(before).length).toBeGreaterThan(100);
    expect(differences(before, await fingerprintNow(last(), folder, seeded), demo)).toEqual([]);
  });

  test('nobody logged an error, and no message is in the dead-letter queue', async () => {
    expect(killed.flatMap(({ errors }) => errors)).toEqual([]);
    expect(last().logged.filter(({ level }) => level === 'error')).toEqual([]);
    expect(await countDeadLetters(last())).toBe('0');
  });

  test('nothing is left running', async () => {
    await last().stop();
    const servers = new Set(killed.flatMap((kill) => kill.servers));
    expect(servers.size).toBeGreaterThanOrEqual(killed.length);
    for (const pid of servers) await untilGone(pid);
  });
});

/** How many deletions of the owner's there are in each state. */
async function countStates({ ports }: TestSystem): Promise<Record<string, number>> {
  const { tombstones } = await ports.lists.list({ at: new Date(), ownerId: userIdOf(OWNER), limit: 1_000 });
  const counts: Record<string, number> = {};
  for (const { state } of tombstones) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** What bears the id of a video and is none of its own: a neighbour's, which must still be there. */
function alikes(before: Fingerprints, videoId: string): Record<string, number> {
  const count = (pattern: RegExp) => Object.keys(before).filter((name) => name.includes(videoId) && pattern.test(name));
  const counts = { storage: count(/^(objects|deleteMarkers|uploads) /).length, cache: count(/^cached /).length };
  return Object.fromEntries(Object.entries(counts).filter(([, number]) => number > 0));
}

async function countDeadLetters({ settings }: TestSystem): Promise<string | undefined> {
  const client = new SQSClient({});
  try {
    const AttributeNames = ['ApproximateNumberOfMessages' as const];
    const found = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: settings.CLEANUP_DLQ_URL, AttributeNames }),
    );
    return found.Attributes?.ApproximateNumberOfMessages;
  } finally {
    client.destroy();
  }
}
