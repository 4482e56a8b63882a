import { isoTime, type Operation, quoted, xmlAnswer } from '../http/operation.ts';
import { wholeNumber } from '../http/request.ts';
import { listingQuery, takePage, walk } from '../store/listing.ts';
import type { KeyUploads, Upload } from '../store/model.ts';
import { head, prefixesOf } from './lists.ts';
import { findUpload } from './multipart.ts';

/** S3 returns at most this many parts in a page. */
const PARTS_IN_A_PAGE = 1000;

/**
 * Unfinished uploads in the order of their keys, and the uploads of one key oldest first. The markers name the last one
 * shown.
 */
export const listMultipartUploads: Operation = ({ store, faults }, request) => {
  const bucket = store.bucket(request.bucket);
  const asked = listingQuery(request, 'max-uploads');
  const keyMarker = request.query.get('key-marker') || undefined;
  // As in S3, the marker of an upload id is ignored without a key marker.
  const uploadMarker = keyMarker ? request.query.get('upload-id-marker') || undefined : undefined;
  const window = { ...asked, after: keyMarker, isInclusive: uploadMarker !== undefined };
  const { uploadsByExactKey, answersAs, encodesUploadsInSilence } = faults.accent();
  const page = takePage(walk(bucket.uploads, window), asked.limit, (entry) => {
    if (uploadsByExactKey && entry.key !== asked.prefix) return [];
    return uploadsOf(entry, entry.key === keyMarker ? uploadMarker : undefined);
  });
  const next = page.isTruncated ? page.last : undefined;
  const nextKey = typeof next === 'string' ? next : next?.key;
  return xmlAnswer('ListMultipartUploadsResult', [
    ...head(answersAs ?? bucket.name, asked, page, 'MaxUploads').filter(
      ([name]) => name !== 'EncodingType' || !encodesUploadsInSilence,
    ),
    ['KeyMarker', asked.encode(keyMarker ?? '')],
    ['UploadIdMarker', uploadMarker ?? ''],
    ['NextKeyMarker', nextKey && asked.encode(nextKey)],
    ['NextUploadIdMarker', typeof next === 'string' ? '' : next?.upload.uploadId],
    ...page.items.map(({ key, upload }) => uploadElement(asked.encode(key), upload)),
    ...prefixesOf(asked, page),
  ]);
};

export const listParts: Operation = ({ store }, request) => {
  const bucket = store.bucket(request.bucket);
  const upload = findUpload(bucket, request);
  const limit = Math.min(wholeNumber(request, 'max-parts', PARTS_IN_A_PAGE), PARTS_IN_A_PAGE);
  const marker = wholeNumber(request, 'part-number-marker', 0);
  const left = upload.parts.filter(({ partNumber }) => partNumber > marker);
  const shown = left.slice(0, limit);
  return xmlAnswer('ListPartsResult', [
    ['Bucket', bucket.name],
    ['Key', request.key],
    ['UploadId', upload.uploadId],
    ['PartNumberMarker', marker],
    ['NextPartNumberMarker', shown.at(-1)?.partNumber ?? 0],
    ['MaxParts', limit],
    ['IsTruncated', left.length > shown.length],
    ...shown.map(partElement),
  ]);
};

/** Upload ids sort by age. So uploads behind the marker are younger, even if the marker's upload no longer exists. */
const uploadsOf = ({ key, uploads }: KeyUploads, marker = '') =>
  uploads.filter(({ uploadId }) => uploadId > marker).map((upload) => ({ key, upload }));

const uploadElement = (key: string, { uploadId, startedAt }: Upload) =>
  [
    'Upload',
    [
      ['Key', key],
      ['UploadId', uploadId],
      ['StorageClass', 'STANDARD'],
      ['Initiated', isoTime(startedAt)],
    ],
  ] as const;

const partElement = ({ partNumber, modifiedAt, body, size }: Upload['parts'][number]) =>
  [
    'Part',
    [
      ['PartNumber', partNumber],
      ['LastModified', isoTime(modifiedAt)],
      ['ETag', quoted(body)],
      ['Size', size],
    ],
  ] as const;
