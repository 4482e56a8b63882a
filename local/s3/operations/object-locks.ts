import { type Deps, type Operation, xmlAnswer } from '../http/operation.ts';
import type { S3Request } from '../http/request.ts';
import { S3Error } from '../http/s3-error.ts';
import { readXml, textOf } from '../http/xml-reader.ts';
import { bypassesGovernance, checkRetentionChange, parseRetention, requireObjectLock } from '../store/lock-rules.ts';
import type { Bucket, Lock, StoredObject } from '../store/model.ts';
import { findObject } from '../store/version-rules.ts';

/** An empty Retention lifts the retention, where that is allowed. */
export const putObjectRetention: Operation = ({ store, clock }, request) => {
  const { bucket, object } = locate({ store }, request);
  const asked = readXml(request.body, 'Retention');
  const now = clock();
  const retention =
    asked.children.length === 0
      ? undefined
      : parseRetention(textOf(asked, 'Mode'), textOf(asked, 'RetainUntilDate'), now);
  checkRetentionChange(object.lock?.retention, retention, now, bypassesGovernance(request.headers));
  setLock({ store }, bucket, request, object, { ...object.lock, retention });
  return { status: 200 };
};

export const getObjectRetention: Operation = ({ store }, request) => {
  const retention = locate({ store }, request).object.lock?.retention;
  if (!retention) throw new S3Error('NoSuchObjectLockConfiguration');
  return xmlAnswer('Retention', [
    ['Mode', retention.mode],
    ['RetainUntilDate', retention.until],
  ]);
};

export const putObjectLegalHold: Operation = ({ store }, request) => {
  const { bucket, object } = locate({ store }, request);
  const status = textOf(readXml(request.body, 'LegalHold'), 'Status');
  if (status !== 'ON' && status !== 'OFF') throw new S3Error('MalformedXML');
  setLock({ store }, bucket, request, object, { ...object.lock, legalHold: status === 'ON' });
  return { status: 200 };
};

/** Answers 404 for a version that never had a hold, and OFF for one whose hold was lifted. */
export const getObjectLegalHold: Operation = ({ store }, request) => {
  const legalHold = locate({ store }, request).object.lock?.legalHold;
  if (legalHold === undefined) throw new S3Error('NoSuchObjectLockConfiguration');
  return xmlAnswer('LegalHold', [['Status', legalHold ? 'ON' : 'OFF']]);
};

function locate({ store }: Pick<Deps, 'store'>, request: S3Request) {
  const bucket = store.bucket(request.bucket);
  requireObjectLock(bucket);
  return { bucket, object: findObject(bucket, request.key, request.query.get('versionId')) };
}

function setLock(
  { store }: Pick<Deps, 'store'>,
  bucket: Bucket,
  { key }: S3Request,
  { versionId }: StoredObject,
  lock: Lock,
): void {
  store.commit([{ type: 'lock', bucket: bucket.name, key, versionId, lock }]);
}
