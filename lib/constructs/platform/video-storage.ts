import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { placesIn } from '../../../functions/deletion/data-map/data-map.ts';
import type { PlatformStorage } from '../../platform.ts';
import { acknowledgeWildcard } from '../functions/acknowledge-wildcard.ts';
import type { Grantee } from '../functions/grantee.ts';

/** The prefix that holds all videos: `videos/`. */
const PREFIXES = placesIn('objects').flatMap((place) => ('prefix' in place ? [place.prefix.replace(/\{.*$/, '')] : []));

const TO_DELETE = [
  's3:AbortMultipartUpload',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:GetObjectLegalHold',
  's3:GetObjectRetention',
];

/** Actions that a function may use below these prefixes, besides listing. `because` says why that needs a wildcard. */
type Part = { prefixes: readonly string[]; actions: string[]; because: string };

/** The storage of the videos. */
export class VideoStorage extends Construct {
  private readonly storage: PlatformStorage;

  constructor(scope: Construct, id: string, storage: PlatformStorage) {
    super(scope, id);
    this.storage = storage;
  }

  /** Sets what a function needs to turn the URLs in a row into keys. It grants no access to them. */
  describeTo(to: Grantee): void {
    const { storage } = this;
    to.set({ VIDEO_STORAGE: 's3', ORIGINALS_PREFIXES: storage.originalsPrefixes.join(',') });
    if (storage.kind === 's3') to.set({ VIDEO_BUCKET: storage.bucket.bucketName });
    else to.set({ VIDEO_BUCKET: storage.bucketName, STORAGE_ENDPOINT: storage.endpoint });
  }

  /**
   * Allows listing and deleting videos and originals, with every version and unfinished upload, but nothing outside of
   * their prefixes.
   */
  grantDelete(to: Grantee): void {
    this.grant(to, {
      prefixes: [...PREFIXES, ...this.storage.originalsPrefixes],
      actions: TO_DELETE,
      because: 'Any video may be deleted: its id is known only when its deletion is requested',
    });
  }

  /**
   * Allows listing videos and originals, with every version, unfinished upload and part. With R2 the keys also allow
   * deleting: there is only one pair.
   */
  grantLook(to: Grantee): void {
    this.grant(to, {
      prefixes: [...PREFIXES, ...this.storage.originalsPrefixes],
      actions: ['s3:ListMultipartUploadParts'],
      because: 'Any video may have an upload that was never finished',
    });
  }

  private grant(to: Grantee, part: Part): void {
    this.describeTo(to);
    const { storage } = this;
    if (storage.kind === 's3') {
      allowOn(storage.bucket, to, part);
    } else {
      storage.secret.grantRead(to);
      storage.secret.encryptionKey?.grantDecrypt(to);
      to.set({ STORAGE_SECRET_ARN: storage.secret.secretArn });
    }
  }
}

function allowOn(bucket: IBucket, to: Grantee, { prefixes, actions, because }: Part): void {
  const below = prefixes.map((prefix) => `${prefix}*`);
  const objects = below.map((pattern) => bucket.arnForObjects(pattern));
  to.addToRolePolicy(new PolicyStatement({ actions, resources: objects }));
  to.addToRolePolicy(
    new PolicyStatement({
      actions: ['s3:ListBucket', 's3:ListBucketVersions'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': below } },
    }),
  );
  // S3 has no condition key for the prefix in these actions (Service Authorization Reference, Amazon S3).
  to.addToRolePolicy(
    new PolicyStatement({
      actions: ['s3:GetBucketVersioning', 's3:ListBucketMultipartUploads'],
      resources: [bucket.bucketArn],
    }),
  );
  for (const resource of objects) acknowledgeWildcard(to, resource, because);
}
