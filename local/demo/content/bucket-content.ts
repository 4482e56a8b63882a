import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsOutput,
  ListPartsCommand,
} from '@aws-sdk/client-s3';
import type { BucketStorage } from '../demo-stores.ts';

type Bucket = Pick<BucketStorage, 'client' | 'bucket'>;

/** An entry of a bucket. `id` is the version id or the upload id. `versions` are noncurrent versions. */
export type BucketEntry = {
  kind: 'objects' | 'versions' | 'deleteMarkers' | 'uploads';
  key: string;
  id: string;
  bytes: number;
};

/** Every version, delete marker and unfinished upload below a prefix. Without a prefix: of the whole bucket. */
export async function* bucketContent(bucket: Bucket, prefix = ''): AsyncGenerator<BucketEntry> {
  yield* versionsIn(bucket, prefix);
  yield* uploadsIn(bucket, prefix);
}

async function* versionsIn({ client, bucket }: Bucket, Prefix: string): AsyncGenerator<BucketEntry> {
  let markers: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  while (markers) {
    const page: ListObjectVersionsOutput = await client.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix, EncodingType: 'url', ...markers }),
    );
    for (const { Key: key = '', VersionId: id = '', IsLatest, Size: bytes = 0 } of page.Versions ?? []) {
      yield { kind: IsLatest ? 'objects' : 'versions', key: decoded(key), id, bytes };
    }
    for (const { Key: key = '', VersionId: id = '' } of page.DeleteMarkers ?? []) {
      yield { kind: 'deleteMarkers', key: decoded(key), id, bytes: 0 };
    }
    markers = page.IsTruncated
      ? { KeyMarker: decoded(page.NextKeyMarker ?? ''), VersionIdMarker: page.NextVersionIdMarker }
      : undefined;
  }
}

async function* uploadsIn({ client, bucket }: Bucket, Prefix: string): AsyncGenerator<BucketEntry> {
  let markers: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {};
  while (markers) {
    const page: ListMultipartUploadsOutput = await client.send(
      new ListMultipartUploadsCommand({ Bucket: bucket, Prefix, EncodingType: 'url', ...markers }),
    );
    for (const { Key: key = '', UploadId: id = '' } of page.Uploads ?? []) {
      yield { kind: 'uploads', key: decoded(key), id, bytes: 0 };
    }
    markers = page.IsTruncated
      ? { KeyMarker: decoded(page.NextKeyMarker ?? ''), UploadIdMarker: page.NextUploadIdMarker }
      : undefined;
  }
}

/** Keys may hold what XML cannot carry, so they are listed encoded. */
function decoded(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}

/** The content of an entry: an object's bytes, the parts of an upload, nothing for a delete marker. */
export async function contentOf({ client, bucket }: Bucket, { kind, key, id }: BucketEntry): Promise<Uint8Array> {
  const object = { Bucket: bucket, Key: key };
  if (kind === 'deleteMarkers') return new Uint8Array();
  if (kind === 'uploads') {
    const { Parts = [] } = await client.send(new ListPartsCommand({ ...object, UploadId: id }));
    return Buffer.from(JSON.stringify(Parts.map(({ PartNumber, ETag, Size }) => [PartNumber, ETag, Size])));
  }
  const { Body } = await client.send(new GetObjectCommand({ ...object, VersionId: id }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}
