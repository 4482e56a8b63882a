import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { StoreUnavailable } from '../../deletion/errors.ts';
import type { Tombstone } from '../../deletion/record/tombstone.ts';
import type { VideoId } from '../../deletion/video-id.ts';
import { type Retries, retryUntilDone } from '../retry-until-done.ts';
import { MalformedTombstone, parseTombstone } from './tombstone-schema.ts';
import type { DeletionsTable } from './tombstone-table.ts';

/** BatchGetItem's limit. */
export const LARGEST_BATCH = 100;

const RETRIES: Retries = { attempts: 5, firstPause: 50 };

/**
 * The tombstones of at most `LARGEST_BATCH` keys, in the order of the keys. A missing tombstone is left out; the id of
 * one that does not parse is in `malformed`. BatchGetItem may leave keys unread (16 MB an answer, throttling): they are
 * requested again.
 * @throws {StoreUnavailable} when keys are still unread after the last attempt
 */
export async function findEach<Key extends { videoId: VideoId }>(
  { client, table }: DeletionsTable,
  keys: Key[],
): Promise<{ found: { key: Key; tombstone: Tombstone }[]; malformed: VideoId[] }> {
  const found = new Map<string, Tombstone | undefined>();
  let unread: Record<string, unknown>[] = keys.map(({ videoId }) => ({ videoId }));
  const isDone = await retryUntilDone(async () => {
    if (unread.length === 0) return true;
    const answer = await client.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: unread, ConsistentRead: true } } }),
    );
    for (const item of answer.Responses?.[table] ?? []) found.set(item.videoId, tombstoneIn(item));
    unread = answer.UnprocessedKeys?.[table]?.Keys ?? [];
    return unread.length === 0;
  }, RETRIES);
  if (!isDone) throw new StoreUnavailable('The table of tombstones left keys of a batch unread');
  return {
    found: keys.flatMap((key) => {
      const tombstone = found.get(key.videoId);
      return tombstone ? [{ key, tombstone }] : [];
    }),
    malformed: keys.flatMap(({ videoId }) => (found.has(videoId) && !found.get(videoId) ? [videoId] : [])),
  };
}

function tombstoneIn(item: unknown): Tombstone | undefined {
  try {
    return parseTombstone(item);
  } catch (error) {
    if (error instanceof MalformedTombstone) return undefined;
    throw error;
  }
}
