import {
  createBucket,
  getBucketVersioning,
  headBucket,
  listBuckets,
  putBucketVersioning,
} from '../operations/buckets.ts';
import { deleteObject, deleteObjects } from '../operations/deletes.ts';
import { listObjects, listObjectsV2, listObjectVersions } from '../operations/lists.ts';
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  uploadPart,
} from '../operations/multipart.ts';
import { listMultipartUploads, listParts } from '../operations/multipart-lists.ts';
import {
  getObjectLegalHold,
  getObjectRetention,
  putObjectLegalHold,
  putObjectRetention,
} from '../operations/object-locks.ts';
import { getObject, headObject, putObject, RESPONSE_OVERRIDES } from '../operations/objects.ts';
import type { Operation } from './operation.ts';
import type { Target } from './request.ts';
import { S3Error } from './s3-error.ts';

/** `needs` and `allows` are query parameters. A request with any other parameter is another operation. */
type Route = {
  method: string;
  on: 'service' | 'bucket' | 'object';
  needs?: readonly string[];
  allows?: readonly string[];
  run: Operation;
};

const PAGE = ['prefix', 'delimiter', 'encoding-type'];
const READ = ['versionId', ...RESPONSE_OVERRIDES];

/** Every operation, by its name in the SDK. */
const ROUTES = {
  ListBuckets: { method: 'GET', on: 'service', run: listBuckets },
  CreateBucket: { method: 'PUT', on: 'bucket', run: createBucket },
  HeadBucket: { method: 'HEAD', on: 'bucket', run: headBucket },
  GetBucketVersioning: { method: 'GET', on: 'bucket', needs: ['versioning'], run: getBucketVersioning },
  PutBucketVersioning: { method: 'PUT', on: 'bucket', needs: ['versioning'], run: putBucketVersioning },
  ListObjectsV2: {
    method: 'GET',
    on: 'bucket',
    needs: ['list-type'],
    allows: [...PAGE, 'max-keys', 'start-after', 'continuation-token', 'fetch-owner'],
    run: listObjectsV2,
  },
  ListObjects: { method: 'GET', on: 'bucket', allows: [...PAGE, 'max-keys', 'marker'], run: listObjects },
  ListObjectVersions: {
    method: 'GET',
    on: 'bucket',
    needs: ['versions'],
    allows: [...PAGE, 'max-keys', 'key-marker', 'version-id-marker'],
    run: listObjectVersions,
  },
  ListMultipartUploads: {
    method: 'GET',
    on: 'bucket',
    needs: ['uploads'],
    allows: [...PAGE, 'max-uploads', 'key-marker', 'upload-id-marker'],
    run: listMultipartUploads,
  },
  DeleteObjects: { method: 'POST', on: 'bucket', needs: ['delete'], run: deleteObjects },
  PutObject: { method: 'PUT', on: 'object', run: putObject },
  GetObject: { method: 'GET', on: 'object', allows: READ, run: getObject },
  HeadObject: { method: 'HEAD', on: 'object', allows: READ, run: headObject },
  DeleteObject: { method: 'DELETE', on: 'object', allows: ['versionId'], run: deleteObject },
  CreateMultipartUpload: { method: 'POST', on: 'object', needs: ['uploads'], run: createMultipartUpload },
  UploadPart: { method: 'PUT', on: 'object', needs: ['uploadId', 'partNumber'], run: uploadPart },
  CompleteMultipartUpload: { method: 'POST', on: 'object', needs: ['uploadId'], run: completeMultipartUpload },
  AbortMultipartUpload: { method: 'DELETE', on: 'object', needs: ['uploadId'], run: abortMultipartUpload },
  ListParts: {
    method: 'GET',
    on: 'object',
    needs: ['uploadId'],
    allows: ['max-parts', 'part-number-marker'],
    run: listParts,
  },
  PutObjectRetention: object('PUT', 'retention', putObjectRetention),
  GetObjectRetention: object('GET', 'retention', getObjectRetention),
  PutObjectLegalHold: object('PUT', 'legal-hold', putObjectLegalHold),
  GetObjectLegalHold: object('GET', 'legal-hold', getObjectLegalHold),
} satisfies Record<string, Route>;

export type OperationName = keyof typeof ROUTES;

const ENTRIES = Object.entries(ROUTES) as [OperationName, Route][];

/**
 * Headers of operations and conditions that the simulator does not have. Ignoring them would write or delete something
 * that the caller did not request.
 */
const REFUSED_HEADERS = ['x-amz-copy-source', 'x-amz-mfa', 'x-amz-write-offset-bytes', 'x-amz-rename-source'];
const REFUSED_ON_DELETE = ['if-match', 'x-amz-if-match-size', 'x-amz-if-match-last-modified-time'];

/**
 * Finds the operation. An unknown sub-resource is never treated as the object or the bucket itself.
 * @throws {S3Error} NotImplemented
 */
export function findRoute(target: Target): { name: OperationName; run: Operation } {
  const level = target.key ? 'object' : target.bucket ? 'bucket' : 'service';
  const found = ENTRIES.find(
    ([, route]) => route.method === target.method && route.on === level && fits(route, target),
  );
  const refused = [...REFUSED_HEADERS, ...(target.method === 'DELETE' ? REFUSED_ON_DELETE : [])];
  if (!found || refused.some((name) => target.headers[name] !== undefined)) throw new S3Error('NotImplemented');
  return { name: found[0], run: found[1].run };
}

function fits({ needs = [], allows = [] }: Route, { query }: Target): boolean {
  // The SDK names its operation in `x-id`.
  const known = ['x-id', ...needs, ...allows];
  return needs.every((name) => query.has(name)) && [...query.keys()].every((name) => known.includes(name));
}

function object(method: string, subresource: string, run: Operation) {
  return { method, on: 'object', needs: [subresource], allows: ['versionId'], run } as const;
}
