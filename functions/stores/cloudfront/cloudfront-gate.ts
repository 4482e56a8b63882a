import {
  type CloudFrontKeyValueStoreClient,
  ConflictException,
  DescribeKeyValueStoreCommand,
  ResourceNotFoundException,
  UpdateKeysCommand,
  type UpdateKeysCommandInput,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
// The store takes signatures for all regions at once, which the SDK makes only when this is there.
import '@aws-sdk/signature-v4a';
import { setTimeout } from 'node:timers/promises';
import { StepFailed } from '../../deletion/errors.ts';
import type { Gate } from '../../deletion/ports.ts';

/** The most keys that one UpdateKeys call takes (CloudFront quota). */
const KEYS_PER_CALL = 50;
/** There is one writer, so a conflict is rare: an operator's hand, or an answer that was lost. */
const MOST_ATTEMPTS = 5;
/** Before the second attempt, in milliseconds; it doubles from there. */
const FIRST_PAUSE = 100;
/** A key is what counts; the store wants a value all the same. */
const VALUE = '1';

type Store = {
  client: CloudFrontKeyValueStoreClient;
  KvsARN: string;
  wait: (milliseconds: number) => Promise<unknown>;
  /** Names the version that this writer's last update made. Each call is paid for, and there is one writer. */
  ETag?: string;
};
type Change = Pick<UpdateKeysCommandInput, 'Puts' | 'Deletes'>;

/**
 * The gate's KeyValueStore: it holds the ids of the videos that the edge refuses. Needs DescribeKeyValueStore and UpdateKeys.
 * A call with more keys than one update takes is several; when one of them fails, the earlier ones stand.
 * @throws {StepFailed} `GateConflict` when others write to the store without end; other errors of the SDK pass through
 */
export function createCloudFrontGate(
  client: CloudFrontKeyValueStoreClient,
  { storeArn, wait = setTimeout }: { storeArn: string; wait?: Store['wait'] },
): Gate {
  const store: Store = { client, KvsARN: storeArn, wait };
  return {
    async close(videoIds) {
      for (const keys of portionsOf(videoIds)) {
        await update(store, { Puts: keys.map((Key) => ({ Key, Value: VALUE })) });
      }
    },
    async open(videoIds) {
      for (const keys of portionsOf(videoIds)) await deleteKeys(store, keys);
    },
  };
}

/** An update is all or nothing, so that one key that is not there fails it for all: then each goes alone. */
async function deleteKeys(store: Store, keys: readonly string[]): Promise<void> {
  try {
    await update(store, { Deletes: keys.map((Key) => ({ Key })) });
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    if (keys.length > 1) for (const key of keys) await deleteKeys(store, [key]);
  }
}

/** One update on the version of the store that is known, or was just read. What has failed leaves none known. */
async function update(store: Store, change: Change): Promise<void> {
  const { client, KvsARN, wait } = store;
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const known = store.ETag;
    store.ETag = undefined;
    try {
      const IfMatch = known ?? (await client.send(new DescribeKeyValueStoreCommand({ KvsARN }))).ETag;
      store.ETag = (await client.send(new UpdateKeysCommand({ KvsARN, IfMatch, ...change }))).ETag;
      return;
    } catch (error) {
      if (!isConflict(error)) throw error;
      if (!known) await wait(FIRST_PAUSE * 2 ** (attempt - 1));
    }
  }
  throw new StepFailed('GateConflict');
}

/** An old version is documented as a conflict; a refused precondition has been seen as a failed validation, too. */
function isConflict(error: unknown): boolean {
  if (error instanceof ConflictException) return true;
  return error instanceof Error && /pre-?condition/i.test(`${error.name} ${error.message}`);
}

function portionsOf(videoIds: readonly string[]): string[][] {
  const keys = [...new Set(videoIds)];
  const count = Math.ceil(keys.length / KEYS_PER_CALL);
  return Array.from({ length: count }, (_, n) => keys.slice(n * KEYS_PER_CALL, (n + 1) * KEYS_PER_CALL));
}
