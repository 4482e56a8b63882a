import type { Deps } from '../http/operation.ts';
import { invalidArgument, S3Error } from '../http/s3-error.ts';
import type { Change } from './changes.ts';
import { isLocked } from './lock-rules.ts';
import { type Bucket, type Content, currentObject, type StoredObject, type Version } from './model.ts';
import { idFor, isVersionId, NULL_VERSION } from './version-ids.ts';

/** The change that writes an object: a new version with versioning, otherwise a replacement of the null version. */
export function planPut(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  bucket: Bucket,
  key: string,
  content: Content,
) {
  const version: StoredObject = { kind: 'object', ...newIdentity({ store, clock }, bucket), ...content };
  const change: Change = { type: 'put', bucket: bucket.name, key, version };
  return { version, change };
}

/** The version id that S3 returns for a write: only while versioning is enabled, not while it is suspended. */
export const writtenVersion = (bucket: Bucket, { versionId }: StoredObject): Record<string, string> =>
  bucket.versioning === 'Enabled' ? { 'x-amz-version-id': versionId } : {};

/**
 * `versionId` is the id of the deleted version, or of the new delete marker. `isMarker` says that it is a delete
 * marker.
 */
export type PlannedDeletion = { change?: Change; versionId?: string; isMarker: boolean };
export type DeletionRequest = { key: string; versionId?: string | undefined; bypassesGovernance: boolean };

/**
 * The effect of a DELETE. Without versioning it deletes the object. With versioning it adds a delete marker, unless the
 * request names a version. Deleting what does not exist succeeds.
 * @throws {S3Error} AccessDenied when the version is locked; NoSuchVersion when the id is not a version id
 */
export function planDelete(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  bucket: Bucket,
  { key, versionId, bypassesGovernance }: DeletionRequest,
): PlannedDeletion {
  if (versionId !== undefined) {
    if (!isVersionId(versionId)) throw new S3Error('NoSuchVersion');
    const version = bucket.keys.get(key)?.versions.find((candidate) => candidate.versionId === versionId);
    if (!version) return { versionId, isMarker: false };
    if (isLocked(version, clock(), bypassesGovernance)) {
      throw new S3Error('AccessDenied', { message: 'Access Denied because object protected by object lock.' });
    }
    return { change: dropOf(bucket, key, versionId), versionId, isMarker: version.kind === 'marker' };
  }
  if (bucket.versioning === 'Unversioned') return { change: dropOf(bucket, key, NULL_VERSION), isMarker: false };
  const version: Version = { kind: 'marker', ...newIdentity({ store, clock }, bucket) };
  const change: Change = { type: 'put', bucket: bucket.name, key, version };
  return { change, versionId: version.versionId, isMarker: true };
}

/**
 * The object that a GET addresses.
 * @throws {S3Error} NoSuchKey, also behind a delete marker; NoSuchVersion; MethodNotAllowed for a delete marker by its
 *   id
 */
export function findObject(bucket: Bucket, key: string, versionId?: string): StoredObject {
  const entry = bucket.keys.get(key);
  if (versionId === undefined) {
    const object = currentObject(entry);
    if (object) return object;
    throw new S3Error('NoSuchKey', { headers: markerHeaders(entry?.versions[0]) });
  }
  if (!isVersionId(versionId)) throw invalidArgument('Invalid version id specified');
  const version = entry?.versions.find((candidate) => candidate.versionId === versionId);
  if (!version) throw new S3Error('NoSuchVersion');
  if (version.kind === 'object') return version;
  throw new S3Error('MethodNotAllowed', { headers: { allow: 'DELETE', ...markerHeaders(version) } });
}

function markerHeaders(version: Version | undefined): Record<string, string> {
  return version ? { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId } : {};
}

function newIdentity({ store, clock }: Pick<Deps, 'store' | 'clock'>, bucket: Bucket) {
  const sequence = store.nextSequence();
  const versionId = bucket.versioning === 'Enabled' ? idFor(sequence) : NULL_VERSION;
  return { versionId, sequence, modifiedAt: clock().getTime() };
}

const dropOf = (bucket: Bucket, key: string, versionId: string): Change => ({
  type: 'drop',
  bucket: bucket.name,
  key,
  versionId,
});
