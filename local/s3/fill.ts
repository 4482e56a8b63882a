import type { Deps } from './http/operation.ts';
import { keptHeaders } from './http/stored-headers.ts';
import type { Change } from './store/changes.ts';
import { planPut } from './store/version-rules.ts';

/** How many changes go into one commit: enough to write the journal rarely, few enough to keep its lines short. */
const KEYS_IN_A_COMMIT = 1000;

/** Writes an object with the same body under each key. With versioning, an existing key gets a new version. */
export function fillBucket(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  bucketName: string,
  keys: Iterable<string>,
  body: string,
): void {
  const bucket = store.bucket(bucketName);
  const piece = store.bodies.write(Buffer.from(body));
  const headers = keptHeaders({ 'content-type': 'application/octet-stream' });
  const content = { etag: piece.body, size: piece.size, pieces: [piece], headers };
  let changes: Change[] = [];
  for (const key of keys) {
    changes.push(planPut({ store, clock }, bucket, key, content).change);
    if (changes.length < KEYS_IN_A_COMMIT) continue;
    store.commit(changes);
    changes = [];
  }
  store.commit(changes);
}
