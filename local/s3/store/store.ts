import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { S3Error } from '../http/s3-error.ts';
import { type Bodies, createBodies, deleteStrayBodies, inFolder, inMemory } from './bodies.ts';
import { applyChange, type Change } from './changes.ts';
import { type Journal, openJournal, replayJournal, rewriteJournal } from './journal.ts';
import type { Bucket, Buckets, Piece } from './model.ts';

/** The state of the simulator. Only `commit` changes it. */
export type Store = {
  /** @throws {S3Error} NoSuchBucket */
  bucket(name: string): Bucket;
  has(name: string): boolean;
  /** Sorted by name. */
  list(): Bucket[];
  bodies: Bodies;
  /** A number that is larger than the sequence number of every version and upload. */
  nextSequence(): number;
  /** Applies all of the changes or none: first the journal, then the state, then the deletion of unused bodies. */
  commit(changes: readonly Change[]): void;
  close(): void;
};

/** Opens the state in the folder as the last process left it, or an empty state in memory. */
export async function openStore(folder?: string): Promise<Store> {
  const buckets: Buckets = new Map();
  if (!folder) return storeOf(buckets, createBodies(inMemory(), new Map()));
  mkdirSync(folder, { recursive: true });
  const journalPath = join(folder, 'journal.jsonl');
  const uncounted = { retain: () => {}, release: () => {} };
  const replayed = await replayJournal(journalPath, (change) => applyChange(buckets, uncounted, change));
  const { changes, counts } = takeStock(buckets);
  if (!replayed.isWhole || changes < replayed.changes) rewriteJournal(journalPath, changesOf(buckets));
  const files = inFolder(join(folder, 'bodies'));
  deleteStrayBodies(join(folder, 'bodies'), (name) => counts.has(name));
  return storeOf(buckets, createBodies(files, counts), openJournal(journalPath));
}

function storeOf(buckets: Buckets, bodies: Bodies, journal?: Journal): Store {
  let sequence = largestSequence(buckets);
  return {
    bucket: (name) => {
      const bucket = buckets.get(name);
      if (!bucket) throw new S3Error('NoSuchBucket');
      return bucket;
    },
    has: (name) => buckets.has(name),
    list: () => [...buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    bodies,
    nextSequence: () => {
      sequence += 1;
      return sequence;
    },
    commit: (changes) => {
      if (changes.length === 0) return;
      journal?.append(changes);
      for (const change of changes) applyChange(buckets, bodies, change);
    },
    close: () => journal?.close(),
  };
}

/** The fewest changes that produce this state. A compacted journal contains them. */
function* changesOf(buckets: Buckets): Generator<Change> {
  for (const { name: bucket, createdAt, versioning, objectLock, keys, uploads } of buckets.values()) {
    yield { type: 'bucket', bucket, createdAt, versioning, objectLock };
    for (const { key, versions } of keys.from()) {
      for (const version of versions.toReversed()) yield { type: 'put', bucket, key, version };
    }
    for (const { key, uploads: started } of uploads.from()) {
      for (const upload of started) yield { type: 'begin', bucket, key, upload };
    }
  }
}

function takeStock(buckets: Buckets) {
  const counts = new Map<string, { piece: Piece; references: number }>();
  let changes = 0;
  for (const change of changesOf(buckets)) {
    changes += 1;
    for (const { body, size } of piecesOf(change)) {
      const count = counts.get(body);
      if (count) count.references += 1;
      else counts.set(body, { piece: { body, size }, references: 1 });
    }
  }
  return { changes, counts };
}

function piecesOf(change: Change): readonly Piece[] {
  if (change.type === 'begin') return change.upload.parts;
  return change.type === 'put' && change.version.kind === 'object' ? change.version.pieces : [];
}

function largestSequence(buckets: Buckets): number {
  let largest = 0;
  for (const change of changesOf(buckets)) {
    if (change.type === 'put') largest = Math.max(largest, change.version.sequence);
    if (change.type === 'begin') largest = Math.max(largest, change.upload.sequence);
  }
  return largest;
}
