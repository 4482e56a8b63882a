import type { OperationName } from '../http/routes.ts';

/** Ways in which stores that speak S3 differ from S3. */
export type Accent = {
  /** ListMultipartUploads finds an upload only if the prefix is its whole key. */
  uploadsByExactKey?: boolean;
  /** Uploads are listed with their keys encoded, and the answer does not say so. */
  encodesUploadsInSilence?: boolean;
  /** The most keys that a DeleteObjects may name. S3: 1,000. */
  keysInARequest?: number;
  /** DeleteObjects needs Content-MD5; the newer checksums do not count. */
  wantsContentMd5?: boolean;
  /** The name that listings give the bucket. */
  answersAs?: string;
  /** Keys that are listed again after each deletion. */
  listsAgain?: RegExp;
  /** Deletions by version id are answered, and have no effect. */
  ignoresVersionIds?: boolean;
};

/** A store that is imitated: its accent, and the operations that it does not have, with the code of each refusal. */
export type Profile = Accent & { refuses?: Partial<Record<OperationName, { code: string; status?: number }>> };

const NOT_IMPLEMENTED = { code: 'NotImplemented' };

/** The stores that a test or `npm start -- --fault` can imitate, by what each is known for. */
export const PROFILES = {
  /** minio #20989. */
  minio: { uploadsByExactKey: true },
  /** Seen on 16.2; a gateway whose `rgw_delete_multi_obj_max_num` was lowered. */
  ceph: { keysInARequest: 100, encodesUploadsInSilence: true },
  /** Cloudflare R2 has no versions and no Object Lock. */
  r2: {
    refuses: {
      GetBucketVersioning: NOT_IMPLEMENTED,
      PutBucketVersioning: NOT_IMPLEMENTED,
      ListObjectVersions: NOT_IMPLEMENTED,
      PutObjectRetention: NOT_IMPLEMENTED,
      GetObjectRetention: NOT_IMPLEMENTED,
      PutObjectLegalHold: NOT_IMPLEMENTED,
      GetObjectLegalHold: NOT_IMPLEMENTED,
    },
  },
  /** versitygw #868: a bucket without versioning is refused in its own words, though versions can be listed. */
  versitygw: { refuses: { GetBucketVersioning: { code: 'VersioningNotConfigured', status: 404 } } },
  /** Stores without DeleteObjects: kratix #324. */
  singles: { refuses: { DeleteObjects: NOT_IMPLEMENTED } },
  /** Stores that take Content-MD5 alone: aws-sdk-js-v3 #6920. */
  md5: { wantsContentMd5: true },
  /** Stores that cannot list uploads at all. */
  'no-uploads': { refuses: { ListMultipartUploads: NOT_IMPLEMENTED } },
  /** minio #15023, two-way replication, a writer that never stops. */
  'lists-again': { listsAgain: /./ },
  /** A replica: S3 never replicates a deletion by version id. */
  replica: { ignoresVersionIds: true },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof PROFILES;

/** All current accents as one: the oldest that says something about a difference decides. */
export function combined(accents: Iterable<Accent>): Accent {
  return Object.assign({}, ...[...accents].reverse());
}
