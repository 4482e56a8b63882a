import type { StoredObject } from '../store/model.ts';
import type { Target } from './request.ts';
import { S3Error } from './s3-error.ts';

const names = (header: string | undefined, etag: string) =>
  (header ?? '').split(',').some((part) => part.trim() === '*' || part.trim().replaceAll('"', '') === etag);

/**
 * True when the caller's copy is unchanged, so that the answer is 304.
 * @throws {S3Error} PreconditionFailed
 */
export function isUnchanged({ headers }: Pick<Target, 'headers'>, object: StoredObject): boolean {
  if (headers['if-match'] !== undefined && !names(headers['if-match'], object.etag)) {
    throw new S3Error('PreconditionFailed');
  }
  if (headers['if-none-match'] !== undefined) return names(headers['if-none-match'], object.etag);
  // HTTP dates have whole seconds.
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return Math.floor(object.modifiedAt / 1000) * 1000 <= since;
}

/**
 * `If-None-Match: *` writes only if the key does not exist; `If-Match` overwrites only the object that it names.
 * @throws {S3Error} PreconditionFailed; NoSuchKey when `If-Match` finds no object
 */
export function checkWriteConditions({ headers }: Pick<Target, 'headers'>, current: StoredObject | undefined): void {
  if (current && names(headers['if-none-match'], current.etag)) throw new S3Error('PreconditionFailed');
  if (headers['if-match'] === undefined) return;
  if (!current) throw new S3Error('NoSuchKey');
  if (!names(headers['if-match'], current.etag)) throw new S3Error('PreconditionFailed');
}
