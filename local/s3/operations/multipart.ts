import { createHash } from 'node:crypto';
import { verifyChecksums } from '../http/integrity.ts';
import { type Operation, quoted, xmlAnswer } from '../http/operation.ts';
import { type Target, wholeNumber } from '../http/request.ts';
import { invalidArgument, S3Error } from '../http/s3-error.ts';
import { keptHeaders } from '../http/stored-headers.ts';
import { childrenOf, readXml, textOf, type XmlNode } from '../http/xml-reader.ts';
import { lockFromHeaders } from '../store/lock-rules.ts';
import type { Bucket, Part, Upload } from '../store/model.ts';
import { idFor } from '../store/version-ids.ts';
import { planPut, writtenVersion } from '../store/version-rules.ts';

/** S3's limits: 10,000 parts, and at least 5 MiB for every part except the last. */
const PART_LIMIT = 10_000;
const SMALLEST_PART = 5 * 1024 * 1024;

export const createMultipartUpload: Operation = ({ store, clock }, request) => {
  const bucket = store.bucket(request.bucket);
  const lock = lockFromHeaders(bucket, request.headers, clock());
  const sequence = store.nextSequence();
  const uploadId = idFor(sequence);
  const headers = keptHeaders(request.headers);
  const upload: Upload = { uploadId, sequence, startedAt: clock().getTime(), headers, ...lock, parts: [] };
  store.commit([{ type: 'begin', bucket: bucket.name, key: request.key, upload }]);
  return xmlAnswer('InitiateMultipartUploadResult', [
    ['Bucket', bucket.name],
    ['Key', request.key],
    ['UploadId', uploadId],
  ]);
};

export const uploadPart: Operation = ({ store, clock }, request) => {
  const bucket = store.bucket(request.bucket);
  const { uploadId } = findUpload(bucket, request);
  const partNumber = wholeNumber(request, 'partNumber', 0);
  if (partNumber < 1 || partNumber > PART_LIMIT) {
    throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive');
  }
  verifyChecksums(request);
  const piece = store.bodies.write(request.body);
  const part: Part = { ...piece, partNumber, modifiedAt: clock().getTime() };
  store.commit([{ type: 'part', bucket: bucket.name, key: request.key, uploadId, part }]);
  return { status: 200, headers: { etag: quoted(piece.body) } };
};

export const completeMultipartUpload: Operation = ({ store, clock }, request) => {
  const bucket = store.bucket(request.bucket);
  const upload = findUpload(bucket, request);
  const parts = chooseParts(upload, childrenOf(readXml(request.body, 'CompleteMultipartUpload'), 'Part'));
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const pieces = parts.map(({ body, size: partSize }) => ({ body, size: partSize }));
  const content = {
    etag: etagOf(parts),
    size,
    pieces,
    headers: upload.headers,
    ...(upload.lock && { lock: upload.lock }),
  };
  const { change, version } = planPut({ store, clock }, bucket, request.key, content);
  const end = { type: 'end', bucket: bucket.name, key: request.key, uploadId: upload.uploadId } as const;
  store.commit([change, end]);
  const elements = [
    ['Location', `http://${request.headers.host}/${bucket.name}/${encodeURI(request.key)}`],
    ['Bucket', bucket.name],
    ['Key', request.key],
    ['ETag', quoted(version.etag)],
  ] as const;
  return xmlAnswer('CompleteMultipartUploadResult', elements, writtenVersion(bucket, version));
};

/** Aborts the upload. A part that arrives afterwards is refused with NoSuchUpload. */
export const abortMultipartUpload: Operation = ({ store }, request) => {
  const bucket = store.bucket(request.bucket);
  const { uploadId } = findUpload(bucket, request);
  store.commit([{ type: 'end', bucket: bucket.name, key: request.key, uploadId }]);
  return { status: 204 };
};

/** @throws {S3Error} NoSuchUpload, also if the upload belongs to another key */
export function findUpload(bucket: Bucket, { key, query }: Target): Upload {
  const wanted = query.get('uploadId');
  const upload = bucket.uploads.get(key)?.uploads.find(({ uploadId }) => uploadId === wanted);
  if (!upload) throw new S3Error('NoSuchUpload');
  return upload;
}

/** @throws {S3Error} MalformedXML, InvalidPartOrder, InvalidPart, EntityTooSmall */
function chooseParts(upload: Upload, named: XmlNode[]): Part[] {
  if (named.length === 0) throw new S3Error('MalformedXML');
  const numbers = named.map((node) => Number(textOf(node, 'PartNumber')));
  if (numbers.some((number, at) => at > 0 && number <= (numbers[at - 1] ?? 0))) throw new S3Error('InvalidPartOrder');
  const parts = named.map((node, at) => {
    const etag = textOf(node, 'ETag')?.replaceAll('"', '');
    const part = upload.parts.find(({ partNumber }) => partNumber === numbers[at]);
    if (!part || part.body !== etag) throw new S3Error('InvalidPart');
    return part;
  });
  if (parts.slice(0, -1).some(({ size }) => size < SMALLEST_PART)) throw new S3Error('EntityTooSmall');
  return parts;
}

/** S3's ETag of a multipart object: the MD5 of the parts' MD5 sums, and the number of parts. */
function etagOf(parts: Part[]): string {
  const sums = Buffer.concat(parts.map(({ body }) => Buffer.from(body, 'hex')));
  return `${createHash('md5').update(sums).digest('hex')}-${parts.length}`;
}
