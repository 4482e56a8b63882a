import type { SortedIndex } from './sorted-index.ts';

/** A bucket that never had versioning is `Unversioned`. As in S3, it cannot become so again. */
export type Versioning = 'Unversioned' | 'Enabled' | 'Suspended';

/** `until` is ISO 8601. */
export type Retention = { mode: 'GOVERNANCE' | 'COMPLIANCE'; until: string };
/** `legalHold` is false when a hold was lifted. */
export type Lock = { retention?: Retention | undefined; legalHold?: boolean };

/** Stored bytes, by their MD5 (which is also their ETag). Equal bytes are stored once. */
export type Piece = { body: string; size: number };

/** HTTP headers that are stored with an object and sent with it. Names are in lower case. */
export type StoredHeaders = Readonly<Record<string, string>>;

/** `sequence` grows with every version and upload. `modifiedAt` is in milliseconds since 1970. */
type Identity = { versionId: string; sequence: number; modifiedAt: number };
/** `etag` has no quotes. `pieces` are one body, or the parts of a multipart upload. */
export type Content = { etag: string; size: number; pieces: readonly Piece[]; headers: StoredHeaders; lock?: Lock };
export type StoredObject = Identity & Content & { kind: 'object' };
export type DeleteMarker = Identity & { kind: 'marker' };
export type Version = StoredObject | DeleteMarker;

export type Part = Piece & { partNumber: number; modifiedAt: number };
/** `parts` are in the order of their numbers. Upload ids sort by their start. */
export type Upload = {
  uploadId: string;
  sequence: number;
  startedAt: number;
  headers: StoredHeaders;
  lock?: Lock;
  parts: Part[];
};

/** `versions` is never empty, newest first. */
export type KeyEntry = { key: string; versions: Version[] };
/** `uploads` is never empty, oldest first. */
export type KeyUploads = { key: string; uploads: Upload[] };

export type Bucket = {
  name: string;
  createdAt: number;
  versioning: Versioning;
  objectLock: boolean;
  keys: SortedIndex<KeyEntry>;
  uploads: SortedIndex<KeyUploads>;
};
export type Buckets = Map<string, Bucket>;

/** The version that a request without a version id addresses, if the key exists for it. */
export function currentObject(entry: KeyEntry | undefined): StoredObject | undefined {
  const newest = entry?.versions[0];
  return newest?.kind === 'object' ? newest : undefined;
}
