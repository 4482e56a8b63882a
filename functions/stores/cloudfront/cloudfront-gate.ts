import {
  type CloudFrontKeyValueStoreClient,
  ConflictException,
  DescribeKeyValueStoreCommand,
  ResourceNotFoundException,
  UpdateKeysCommand,
  type UpdateKeysCommandInput,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
// The store wants signatures that are valid in all regions. The SDK makes them only if this package is imported.
import '@aws-sdk/signature-v4a';
import { chunksOf } from '../../deletion/chunks-of.ts';
import { StepFailed } from '../../deletion/errors.ts';
import type { Gate } from '../../deletion/ports.ts';
import { type Retries, retryUntilDone } from '../retry-until-done.ts';

/** The most keys that one UpdateKeys call takes (CloudFront quota). */
const KEYS_PER_CALL = 50;
/** There is one writer, so a conflict is rare: an operator's change, or an answer that was lost. */
const RETRIES: Retries = { attempts: 5, firstPause: 100 };
/** Only the key matters, but the store requires a value. */
const VALUE = '1';
/** Half of what a store holds: 5 MB of keys and values (CloudFront quota). */
const HALF_FULL_BYTES = 2.5 * 1024 * 1024;

type Store = {
  client: CloudFrontKeyValueStoreClient;
  KvsARN: string;
  retries: Retries;
  /** The version after this writer's last update. It saves a paid call, since there is only one writer. */
  ETag: string | undefined;
  /** About how much it holds: what it said last, and what this writer has put into it since. */
  bytes: number | undefined;
};
type Change = Pick<UpdateKeysCommandInput, 'Puts' | 'Deletes'>;

/**
 * The gate's KeyValueStore. It contains the ids of the videos that the edge refuses. Needs DescribeKeyValueStore and
 * UpdateKeys. A call with more keys than one update takes makes several updates; if one of them fails, the earlier ones
 * remain.
 * @throws {StepFailed} `GateConflict` when others keep writing to the store; other errors of the SDK pass through
 */
export function createCloudFrontGate(
  client: CloudFrontKeyValueStoreClient,
  { storeArn, ...pauses }: { storeArn: string } & Pick<Retries, 'wait'>,
): Gate {
  const store: Store = {
    client,
    KvsARN: storeArn,
    ETag: undefined,
    bytes: undefined,
    retries: { ...RETRIES, ...pauses },
  };
  return {
    async close(videoIds) {
      for (const keys of updatesOf(videoIds)) {
        await update(store, { Puts: keys.map((Key) => ({ Key, Value: VALUE })) });
      }
    },
    async open(videoIds) {
      for (const keys of updatesOf(videoIds)) await deleteKeys(store, keys);
    },
    async isHalfFull() {
      // Only a store that may be half full is asked how full it is, because each call is paid.
      if ((store.bytes ?? HALF_FULL_BYTES) >= HALF_FULL_BYTES) await describe(store);
      return (store.bytes ?? 0) >= HALF_FULL_BYTES;
    },
  };
}

/** An update is all or nothing: one missing key makes it fail for all keys. Then each key is deleted by itself. */
async function deleteKeys(store: Store, keys: readonly string[]): Promise<void> {
  try {
    await update(store, { Deletes: keys.map((Key) => ({ Key })) });
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    if (keys.length > 1) for (const key of keys) await deleteKeys(store, [key]);
  }
}

/**
 * The remembered version may be outdated. Then the update is repeated on a version that was just read, first without a
 * pause.
 */
async function update(store: Store, change: Change): Promise<void> {
  const known = store.ETag;
  // After a failed update, the version of the store is not known.
  store.ETag = undefined;
  if (known && (await tryUpdate(store, change, known))) return;
  const isDone = await retryUntilDone(() => tryUpdate(store, change), store.retries);
  if (!isDone) throw new StepFailed('GateConflict');
}

/** @returns false when somebody else has written to the store since that version */
async function tryUpdate(store: Store, change: Change, version?: string): Promise<boolean> {
  const { client, KvsARN } = store;
  try {
    const IfMatch = version ?? (await describe(store));
    const { ETag } = await client.send(new UpdateKeysCommand({ KvsARN, IfMatch, ...change }));
    if (!ETag) throw new StepFailed('ForeignAnswer');
    store.ETag = ETag;
    const put = (change.Puts ?? []).reduce((bytes, { Key = '', Value = '' }) => bytes + Key.length + Value.length, 0);
    store.bytes = (store.bytes ?? 0) + put;
    return true;
  } catch (error) {
    if (isConflict(error)) return false;
    throw error;
  }
}

/** @returns the version of the store */
async function describe(store: Store): Promise<string | undefined> {
  const { client, KvsARN } = store;
  const { ETag, TotalSizeInBytes } = await client.send(new DescribeKeyValueStoreCommand({ KvsARN }));
  store.bytes = TotalSizeInBytes ?? 0;
  return ETag;
}

/**
 * An outdated version is documented as a conflict. It has also been seen as a validation error that names a
 * precondition.
 */
function isConflict(error: unknown): boolean {
  if (error instanceof ConflictException) return true;
  return error instanceof Error && /pre-?condition/i.test(`${error.name} ${error.message}`);
}

/** The keys of each update, every id once. */
function updatesOf(videoIds: readonly string[]): string[][] {
  return chunksOf([...new Set(videoIds)], KEYS_PER_CALL);
}
