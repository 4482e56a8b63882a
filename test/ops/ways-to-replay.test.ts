import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseVideoId, type VideoId } from '../../functions/deletion/video-id.ts';
import { readyVideosOf, videoPath } from '../support/api-client.ts';
import { leftIn } from '../support/left-in.ts';
import { useUpAttempts } from '../support/use-up-attempts.ts';
import { type OpsSystem, openOpsSystem } from './run-ops.ts';

const [BY_API, BY_COMMAND, BY_REDRIVE] = readyVideosOf('ana').map(parseVideoId) as [VideoId, VideoId, VideoId];
const ALL = [BY_API, BY_COMMAND, BY_REDRIVE];

let system: OpsSystem;
beforeAll(async () => {
  system = await openOpsSystem();
});
afterAll(async () => {
  await system?.stop();
  await rm(system.folder, { recursive: true, force: true });
});

async function letAllFail(): Promise<void> {
  const lift = system.parts.s3?.faults.failKeys({ key: /thumbnail\.jpg$/, code: 'AccessDenied' });
  for (const videoId of ALL) {
    await system.call('DELETE', videoPath(videoId), { as: 'ana' });
    await useUpAttempts(system, videoId);
    await system.until(videoId, 'failed');
  }
  lift?.();
}

async function redrive(): Promise<number> {
  const { code, stdout } = await system.ops(['redrive', '--json']);
  expect(code).toBe(0);
  return JSON.parse(stdout).moved;
}

/** Where a deletion ended, without what is its own: ids, times, and how much there was of it. */
async function endOf(videoId: VideoId) {
  await system.until(videoId, 'deleted');
  await expect.poll(async () => (await system.ports.tombstones.find(videoId))?.outbox).toEqual([]);
  const { state, steps, receipts, history, interrupted, late, dueAt } = await system.until(videoId, 'deleted');
  const done = Object.entries(steps).map(([name, step]) => `${name} ${step.state}`);
  const moves = history.map(({ from, to }) => `${from} ${to}`);
  return { state, done, moves, receipts: receipts.length, interrupted, late, dueAt };
}

test('the API, the command and the queue’s own redrive all lead a failed deletion to the same end', async () => {
  await letAllFail();
  const replayed = await system.call('POST', `${videoPath(BY_API)}/deletion/replay`, { as: 'rosa' });
  expect(replayed.status).toBe(202);
  expect(await system.ops(['replay', BY_COMMAND])).toMatchObject({ code: 0 });
  const [first, ...others] = [await endOf(BY_API), await endOf(BY_COMMAND)];
  // Moves all three dead letters: of those that were replayed in another way it does nothing any more.
  expect(await redrive()).toBe(ALL.length);
  others.push(await endOf(BY_REDRIVE));
  for (const other of others) expect(other).toEqual(first);
  expect(first).toMatchObject({ state: 'deleted', receipts: 1 });
  expect(first.moves).toEqual([
    'none pending',
    'pending running',
    'running failed',
    'failed running',
    'running settling',
    'settling deleted',
  ]);
  for (const videoId of ALL) expect(await leftIn(system, videoId)).toEqual({});
  expect([await endOf(BY_API), await endOf(BY_COMMAND)]).toEqual([first, first]);
  expect(await redrive()).toBe(0);
});
