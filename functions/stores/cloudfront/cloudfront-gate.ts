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
import { chunksOf } from '../../deletion/chunks-of.ts';
import { StepFailed } from '../../deletion/errors.ts';
import type { Gate } from '../../deletion/ports.ts';
import { type Retries, retryUntilDone } from '../retry-until-done.ts';

/** The most keys that one UpdateKeys call takes (CloudFront quota). */
const KEYS_PER_CALL = 50;
/** There is one writer, so a conflict is rare: an operator's change, or an answer that was lost. */
const RETRIES: Retries = { attempts: 5, firstPause: 100 };
/** A key is what counts; the store wants a value all the same. */
const VALUE = '1';

type Store = {
  client: CloudFrontKeyValueStoreClient;
  KvsARN: string;
  retries: Retries;
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
  { storeArn, ...pauses }: { storeArn: string } & Pick<Retries, 'wait'>,
): Gate {
  const store: Store = { client, KvsARN: storeArn, retries: { ...RETRIES, ...pauses } };
  return {
    async close(videoIds) {
      for (const keys of updatesOf(videoIds)) {
        await update(store, { Puts: keys.map((Key) => ({ Key, Value: VALUE })) });
      }
    },
    async open(videoIds) {
      for (const keys of updatesOf(videoIds)) await deleteKeys(store, keys);
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

/** The remembered version may be old: then the update is repeated, at first at once, on a version that was just read. */
async function update(store: Store, change: Change): Promise<void> {
  const known = store.ETag;
  // A failed update leaves none: what the store then holds is not known.
  store.ETag = undefined;
  if (known && (await tryUpdate(store, change, known))) return;
  const isDone = await retryUntilDone(() => tryUpdate(store, change), store.retries);
  if (!isDone) throw new StepFailed('GateConflict');
}

/** @returns false when somebody else has written since that version */
async function tryUpdate(store: Store, change: Change, version?: string): Promise<boolean> {
  const { client, KvsARN } = store;
  try {
    const IfMatch = version ?? (await client.send(new DescribeKeyValueStoreCommand({ KvsARN }))).ETag;
    store.ETag = (await client.send(new UpdateKeysCommand({ KvsARN, IfMatch, ...change }))).ETag;
    return true;
  } catch (error) {
    if (isConflict(error)) return false;
    throw error;
  }
}

/** An old version is documented as a conflict; a refused precondition has been seen as a failed validation, too. */
function isConflict(error: unknown): boolean {
  if (error instanceof ConflictException) return true;
  return error instanceof Error && /pre-?condition/i.test(`${error.name} ${error.message}`);
}

/** The keys of each update, every id once. */
function updatesOf(videoIds: readonly string[]): string[][] {
  return chunksOf([...new Set(videoIds)], KEYS_PER_CALL);
}
