import type { Deps } from './http/operation.ts';
import { keptHeaders } from './http/stored-headers.ts';
import type { Change } from './store/changes.ts';
import { planPut } from './store/version-rules.ts';

/** Changes in one commit: few writes to the journal, and no line of it that is too long. */
const KEYS_IN_A_COMMIT = 1000;

/** Writes an object with the same body under each key; with versions enabled, a new version of those that are there. */
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
