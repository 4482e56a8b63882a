import { setTimeout as wait } from 'node:timers/promises';
import { chunksOf } from '../../functions/deletion/chunks-of.ts';
import { type Retries, retryUntilDone } from '../../functions/stores/retry-until-done.ts';
import type { System } from '../../local/system.ts';

const POLL_MILLISECONDS = 10;

/**
 * Fewer than the API accepts. A request that a store could not answer in time is repeated at once, because the
 * benchmark does not measure a busy machine.
 */
const TOGETHER = 20;
const RETRIES: Retries = { attempts: 10, firstPause: 0 };

/** Requests the deletions over HTTP. @throws when a deletion is still refused after all retries */
export async function requestAll(
  system: Pick<System, 'url' | 'issuer'>,
  ownerId: string,
  videoIds: readonly string[],
): Promise<void> {
  const token = await system.issuer.tokenFor(ownerId);
  for (const chunk of chunksOf(videoIds, TOGETHER)) {
    let open = chunk;
    const isDone = await retryUntilDone(async () => {
      open = await request(system.url, token, open);
      return open.length === 0;
    }, RETRIES);
    if (!isDone) throw new Error(`${open.length} deletions are refused again and again`);
  }
}

/** @returns the videos whose deletion was not accepted because a store did not answer */
async function request(url: string, token: string, videoIds: readonly string[]): Promise<string[]> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ videoIds });
  const answer = await fetch(`${url}/api/v1/deletions`, { method: 'POST', headers, body });
  if (answer.status === 503) return [...videoIds];
  if (answer.status !== 202) throw new Error(`POST /deletions answered ${answer.status}: ${await answer.text()}`);
  const { results } = (await answer.json()) as { results: { videoId: string; status: number }[] };
  const refused = results.find(({ status }) => status !== 202 && status !== 503);
  if (refused) throw new Error(`The deletion of ${refused.videoId} was answered with ${refused.status}`);
  return results.filter(({ status }) => status === 503).map(({ videoId }) => videoId);
}

/** The videos whose event was published: they are deleted and have a receipt. */
export function deletedAmong({ parts }: Pick<System, 'parts'>, videoIds: readonly string[]): number {
  const published = parts.bus?.events() ?? [];
  const deleted = new Set(published.map(({ detail }) => (detail as { videoId?: string }).videoId));
  return videoIds.filter((videoId) => deleted.has(videoId)).length;
}

/** Waits until all of them are deleted. @throws when that takes longer than `seconds` */
export async function untilDeleted(system: Pick<System, 'parts'>, videoIds: readonly string[], seconds = 3_600) {
  const patience = performance.now() + seconds * 1000;
  while (deletedAmong(system, videoIds) < videoIds.length) {
    if (performance.now() > patience) throw new Error(`Not all were deleted within ${seconds} s`);
    await wait(POLL_MILLISECONDS);
  }
}
