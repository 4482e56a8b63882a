import type { Bucket, Buckets, Lock, Part, Piece, Upload, Version, Versioning } from './model.ts';
import { SortedIndex } from './sorted-index.ts';
import { NULL_VERSION } from './version-ids.ts';

type OfKey = { bucket: string; key: string };
/** Every possible change of the state. The journal is a list of changes, and the state is their result. */
export type Change =
  | { type: 'bucket'; bucket: string; createdAt: number; versioning: Versioning; objectLock: boolean }
  | { type: 'versioning'; bucket: string; versioning: Versioning }
  /** Writes the new current version. A null version replaces an earlier null version. */
  | (OfKey & { type: 'put'; version: Version })
  | (OfKey & { type: 'drop'; versionId: string })
  | (OfKey & { type: 'lock'; versionId: string; lock: Lock })
  | (OfKey & { type: 'begin'; upload: Upload })
  | (OfKey & { type: 'part'; uploadId: string; part: Part })
  | (OfKey & { type: 'end'; uploadId: string });

/** Counts the references to each body. */
export type BodyCount = { retain(piece: Piece): void; release(piece: Piece): void };

/** Applies one change. A version or upload that does not exist is no error, because a request may name a key twice. */
export function applyChange(buckets: Buckets, bodies: BodyCount, change: Change): void {
  if (change.type === 'bucket') {
    const { bucket: name, createdAt, versioning, objectLock } = change;
    buckets.set(name, { name, createdAt, versioning, objectLock, keys: new SortedIndex(), uploads: new SortedIndex() });
    return;
  }
  const bucket = buckets.get(change.bucket);
  if (!bucket) throw new Error(`A change names the bucket ${change.bucket}, which does not exist`);
  if (change.type === 'versioning') bucket.versioning = change.versioning;
  else if (change.type === 'put') put(bucket, bodies, change.key, change.version);
  else if (change.type === 'drop') drop(bucket, bodies, change.key, change.versionId);
  else if (change.type === 'lock') lock(bucket, change.key, change.versionId, change.lock);
  else if (change.type === 'begin') begin(bucket, bodies, change.key, change.upload);
  else if (change.type === 'part') addPart(bucket, bodies, change);
  else end(bucket, bodies, change.key, change.uploadId);
}

function put(bucket: Bucket, bodies: BodyCount, key: string, version: Version): void {
  const entry = bucket.keys.get(key);
  if (version.kind === 'object') version.pieces.forEach(bodies.retain);
  if (!entry) {
    bucket.keys.insert({ key, versions: [version] });
    return;
  }
  const replaced = version.versionId === NULL_VERSION ? indexOfVersion(entry.versions, NULL_VERSION) : -1;
  if (replaced >= 0) takeOut(entry.versions, replaced, bodies);
  entry.versions.unshift(version);
}

function drop(bucket: Bucket, bodies: BodyCount, key: string, versionId: string): void {
  const entry = bucket.keys.get(key);
  const at = entry ? indexOfVersion(entry.versions, versionId) : -1;
  if (!entry || at < 0) return;
  takeOut(entry.versions, at, bodies);
  if (entry.versions.length === 0) bucket.keys.delete(key);
}

function lock(bucket: Bucket, key: string, versionId: string, value: Lock): void {
  const version = bucket.keys.get(key)?.versions.find((candidate) => candidate.versionId === versionId);
  if (version?.kind === 'object') version.lock = value;
}

function begin(bucket: Bucket, bodies: BodyCount, key: string, upload: Upload): void {
  // Copies the list of parts, because the state changes its own list, and the journal or a caller may hold this one.
  const owned = { ...upload, parts: [...upload.parts] };
  owned.parts.forEach(bodies.retain);
  const entry = bucket.uploads.get(key);
  if (entry) entry.uploads.push(owned);
  else bucket.uploads.insert({ key, uploads: [owned] });
}

function addPart(bucket: Bucket, bodies: BodyCount, change: OfKey & { uploadId: string; part: Part }): void {
  const upload = bucket.uploads.get(change.key)?.uploads.find(({ uploadId }) => uploadId === change.uploadId);
  if (!upload) return;
  bodies.retain(change.part);
  upload.parts.filter(({ partNumber }) => partNumber === change.part.partNumber).forEach(bodies.release);
  const others = upload.parts.filter(({ partNumber }) => partNumber !== change.part.partNumber);
  upload.parts = [...others, change.part].sort((a, b) => a.partNumber - b.partNumber);
}

function end(bucket: Bucket, bodies: BodyCount, key: string, uploadId: string): void {
  const entry = bucket.uploads.get(key);
  const at = entry ? entry.uploads.findIndex((upload) => upload.uploadId === uploadId) : -1;
  if (!entry || at < 0) return;
  for (const upload of entry.uploads.splice(at, 1)) upload.parts.forEach(bodies.release);
  if (entry.uploads.length === 0) bucket.uploads.delete(key);
}

const indexOfVersion = (versions: readonly Version[], id: string) =>
  versions.findIndex(({ versionId }) => versionId === id);

function takeOut(versions: Version[], at: number, bodies: BodyCount): void {
  for (const version of versions.splice(at, 1)) {
    if (version.kind === 'object') version.pieces.forEach(bodies.release);
  }
}
