import { isoTime, type Operation, xmlAnswer } from '../http/operation.ts';
import { S3Error } from '../http/s3-error.ts';
import { readXml, textOf } from '../http/xml-reader.ts';
import type { Versioning } from '../store/model.ts';

const BUCKET_NAME = /^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9.-]{1,61})[a-z0-9]$/;
const REGION = { 'x-amz-bucket-region': 'us-east-1' };

export const listBuckets: Operation = ({ store }) => {
  const buckets = store.list().map(({ name, createdAt }) => bucketElement(name, createdAt));
  return xmlAnswer('ListAllMyBucketsResult', [['Buckets', buckets]]);
};

const bucketElement = (name: string, createdAt: number) =>
  [
    'Bucket',
    [
      ['Name', name],
      ['CreationDate', isoTime(createdAt)],
    ],
  ] as const;

export const createBucket: Operation = ({ store, clock }, { bucket, headers }) => {
  if (!BUCKET_NAME.test(bucket)) throw new S3Error('InvalidBucketName');
  if (store.has(bucket)) throw new S3Error('BucketAlreadyOwnedByYou');
  const objectLock = headers['x-amz-bucket-object-lock-enabled'] === 'true';
  const versioning: Versioning = objectLock ? 'Enabled' : 'Unversioned';
  store.commit([{ type: 'bucket', bucket, createdAt: clock().getTime(), versioning, objectLock }]);
  return { status: 200, headers: { location: `/${bucket}` } };
};

export const headBucket: Operation = ({ store }, { bucket }) => {
  store.bucket(bucket);
  return { status: 200, headers: REGION };
};

/** A bucket that never had versioning has no Status. */
export const getBucketVersioning: Operation = ({ store }, { bucket }) => {
  const { versioning } = store.bucket(bucket);
  return xmlAnswer('VersioningConfiguration', [['Status', versioning === 'Unversioned' ? undefined : versioning]]);
};

export const putBucketVersioning: Operation = ({ store }, request) => {
  const { name, objectLock } = store.bucket(request.bucket);
  const configuration = readXml(request.body, 'VersioningConfiguration');
  const versioning = textOf(configuration, 'Status');
  if (textOf(configuration, 'MfaDelete') === 'Enabled') throw new S3Error('NotImplemented');
  if (versioning !== 'Enabled' && versioning !== 'Suspended') throw new S3Error('MalformedXML');
  if (objectLock && versioning === 'Suspended') throw new S3Error('InvalidBucketState');
  store.commit([{ type: 'versioning', bucket: name, versioning }]);
  return { status: 200 };
};
