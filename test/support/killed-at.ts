import { rm } from 'node:fs/promises';
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { brokenAt, headOf } from '../../functions/deletion/record/history.ts';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import { userIdOf } from '../../platform/seed/accounts.ts';
import { SAMPLE_VIDEOS } from '../../platform/seed/sample-videos.ts';
import { untilState, videoPath } from './api-client.ts';
import { type Child, startChild } from './child.ts';
import { KILL_POINTS } from './kill-points.ts';
import { leftIn } from './left-in.ts';
import { newFolder, openSystem, QUICK, type TestSystem } from './system.ts';

const READY = SAMPLE_VIDEOS.filter(({ status }) => status === 'ready');
const PROCESSING = SAMPLE_VIDEOS.find(({ status }) => status === 'processing');
/** One folder for all, so that the sample platform is made once; a video each. */
type KillCase = (typeof CASES)[number];
const CASES = Object.keys(KILL_POINTS).map((point, index) => ({
  point,
  videoId: parseVideoId((point === 'cancelRuns' ? PROCESSING : READY[index])?.id),
}));
/** Where a worker dies with its lease; elsewhere nothing it has removed is uncounted. */
const WITH_LEASE = ['hide', 'cancelRuns', 'deleteObjects', 'deleteRows', 'invalidateCache', 'verify'];

/** At each of these points the process is killed and started again, and must have nothing left. */
export function killedAt(points: readonly string[]): void {
  let folder: string;
  let child: Child | undefined;
  let system: TestSystem | undefined;
  beforeAll(async () => {
    folder = await newFolder();
  });
  afterEach(async () => {
    child?.kill();
    // The servers of a process that was killed end with the next start: where a test has failed before it, this is it.
    await (system ?? (await openSystem({ folder }))).stop();
    system = undefined;
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each(CASES.filter(({ point }) => points.includes(point)))(
    'killed in $point: the next start finishes the deletion by itself',
    async ({ point, videoId }) => {
      child = await killAt(folder, { point, videoId });
      system = await openSystem({ folder });
      const { deletionId } = (await system.ports.tombstones.find(videoId)) ?? {};
      expect(deletionId).toBeDefined();
      const deleted = await untilState(system.call, videoId, 'deleted');
      expect(deleted.deletionId).toBe(deletionId);
      expect(await leftIn(system, videoId)).toEqual({});
      await expectWhole(system, { point, videoId });
    },
  );
}

/** Deletes the video in a process that is killed as soon as it has come to the point. */
async function killAt(folder: string, { point, videoId }: KillCase): Promise<Child> {
  const child = startChild('test/support/killable-system.ts', [folder, point, videoId, JSON.stringify(QUICK)]);
  const [, url] = await child.until(/^ready (\S+)$/m);
  const signIn = await fetch(`${url}/local/accounts/${userIdOf('rosa')}/token`, { method: 'POST' });
  const { token } = (await signIn.json()) as { token: string };
  const headers = { authorization: `Bearer ${token}` };
  // Where the request itself is cut off, there is no answer.
  const asked = fetch(url + videoPath(videoId), { method: 'DELETE', headers }).catch(() => undefined);
  await child.until(/^reached$/m);
  child.kill();
  await Promise.all([child.ended, asked]);
  return child;
}

async function expectWhole({ ports, parts }: TestSystem, { point, videoId }: KillCase): Promise<void> {
  const tombstone = await ports.tombstones.find(videoId);
  expect(tombstone?.receipts).toHaveLength(1);
  const { history = [], receipts: [jws = ''] = [] } = tombstone ?? {};
  expect(brokenAt(history)).toBeUndefined();
  expect(history.filter(({ to }) => to === 'deleted')).toHaveLength(1);
  expect(history.at(-1)).toMatchObject({ from: 'settling', to: 'deleted' });
  const receipt = decodeJwt(jws) as { edge: object; history: unknown; exceptions: { interruptedPasses?: number } };
  expect(receipt.edge).toHaveProperty('completedAt');
  expect(receipt.history).toEqual({ head: headOf(history.slice(0, -1)), length: history.length - 1 });
  expect(Number(receipt.exceptions.interruptedPasses ?? 0) > 0).toBe(
    WITH_LEASE.includes(point) || /write$/.test(point),
  );
  await expect
    .poll(() => parts.bus?.events().map(({ detail }) => (detail as { videoId: string }).videoId))
    .toEqual([videoId]);
}
