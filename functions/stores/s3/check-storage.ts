import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { total } from '../../deletion/counts.ts';
import { prefixOf } from '../../deletion/data-map/data-map.ts';
import { reasonOf } from '../../deletion/errors.ts';
import type { VideoId } from '../../deletion/video-id.ts';
import { rememberVersioning, type UploadListing } from './bucket.ts';
import { createS3Objects } from './objects.ts';

/**
 * What a store keeps of the promise: `kept`, `kept by a setting`, `excepted` from every receipt, or `broken`: no
 * deletion from this store ends.
 */
export type Capability = { name: string; outcome: 'kept' | 'setting' | 'excepted' | 'broken'; says: string };

export type StorageCheck = {
  /** Where everything was put. Something is left there only where the deletion is `broken`. */
  prefix: string;
  capabilities: Capability[];
  /** What has to be set for this store. */
  settings: Record<string, string>;
};

/** A client as deletions use it, which knows the bucket's name in answers, and one that reads whatever comes. */
export type CheckedStore = { raw: S3Client; clientFor: (answersAs: string | undefined) => S3Client; bucket: string };

/** Names that many programs change on the way, and one that XML cannot carry. */
const ODD_NAMES = ['a b+c%20d.ts', 'ä &<">\'.ts', 'cafe\u0301.ts', '..ts', '\u0010.ts'];

/**
 * Puts, overwrites, begins an upload, lists and deletes, under the prefix of a video that does not exist, and says what
 * this store keeps of the promise. What it has put is deleted, unless the store cannot delete.
 * @param videoId of a video that nobody has
 * @throws the store's error when nothing can be put: then nothing can be said
 */
export async function checkStorage(store: CheckedStore, videoId: VideoId): Promise<StorageCheck> {
  const prefix = prefixOf(videoId);
  const put = (name: string) =>
    store.raw.send(new PutObjectCommand({ Bucket: store.bucket, Key: prefix + name, Body: 'x' }));
  let keepsVersions = false;
  for (const name of ['plain.ts', 'plain.ts', ...ODD_NAMES]) {
    const { VersionId } = await put(name);
    keepsVersions ||= VersionId !== undefined && VersionId !== 'null';
  }
  const upload = { Bucket: store.bucket, Key: `${prefix}upload.ts` };
  const { UploadId } = await store.raw.send(new CreateMultipartUploadCommand(upload));

  const answersAs = await nameInAnswers(store, prefix);
  const uploads = await uploadListing(store, prefix);
  const client = store.clientFor(answersAs);
  const capabilities = [
    ...namesFor(answersAs),
    UPLOADS[uploads],
    await versionsOf({ client, name: store.bucket }, keepsVersions),
    await deletionFrom(createS3Objects(client, { bucket: store.bucket, uploads }), { videoId, prefix, strayKeys: [] }),
  ];
  // A store that does not list it keeps it otherwise.
  await store.raw.send(new AbortMultipartUploadCommand({ ...upload, UploadId })).catch(() => undefined);
  const settings = {
    ...(answersAs && { STORAGE_ANSWERS_AS: answersAs }),
    ...(uploads !== 'prefix' && { STORAGE_UPLOADS: uploads }),
  };
  return { prefix, capabilities, settings };
}

/** The name that listings give the bucket, where it is not its own. */
async function nameInAnswers({ raw, bucket }: CheckedStore, prefix: string): Promise<string | undefined> {
  const { Name, Prefix } = await raw.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  return Prefix === prefix && Name !== bucket ? Name : undefined;
}

function namesFor(answersAs: string | undefined): Capability[] {
  if (!answersAs) return [];
  return [{ name: 'answers', outcome: 'setting', says: `listings call the bucket ${JSON.stringify(answersAs)}` }];
}

async function uploadListing({ raw, bucket }: CheckedStore, prefix: string): Promise<'prefix' | 'bucket' | 'none'> {
  const isListed = async (by: object) => {
    try {
      const { Uploads = [] } = await raw.send(new ListMultipartUploadsCommand({ Bucket: bucket, ...by }));
      return Uploads.some(({ Key }) => Key?.startsWith(prefix));
    } catch {
      return false;
    }
  };
  if (await isListed({ Prefix: prefix })) return 'prefix';
  return (await isListed({})) ? 'bucket' : 'none';
}

const UPLOADS: Record<Exclude<UploadListing, 'unchecked'>, Capability> = {
  prefix: { name: 'uploads', outcome: 'kept', says: 'unfinished uploads are listed by their prefix' },
  bucket: { name: 'uploads', outcome: 'setting', says: 'unfinished uploads are listed only for the whole bucket' },
  none: {
    name: 'uploads',
    outcome: 'excepted',
    says: 'unfinished uploads are not listed, so every receipt says that some may be left; let the store end them',
  },
};

/** @param keepsVersions what the answers to puts say: evidence that no listing of versions can hide */
async function versionsOf(bucket: { client: S3Client; name: string }, keepsVersions: boolean): Promise<Capability> {
  try {
    const { isVersioned, isUnsaid } = await rememberVersioning(bucket)();
    if (keepsVersions && !isVersioned) {
      const says = 'puts are answered with versions, and the store says that it has none: they would all stay';
      return { name: 'versions', outcome: 'broken', says };
    }
    if (isUnsaid)
      return { name: 'versions', outcome: 'excepted', says: 'the store does not say whether it has versions' };
    const says = isVersioned ? 'old versions are listed and deleted' : 'the bucket has no versions';
    return { name: 'versions', outcome: 'kept', says };
  } catch (error) {
    return { name: 'versions', outcome: 'broken', says: `whether there are versions is refused: ${reasonOf(error)}` };
  }
}

type Objects = ReturnType<typeof createS3Objects>;

/** Deletes all that was put, and looks. */
async function deletionFrom(objects: Objects, target: Parameters<Objects['look']>[0]): Promise<Capability> {
  try {
    await objects.deleteAll(target, async () => {});
    const left = total(await objects.look(target));
    if (left === 0) return { name: 'deletion', outcome: 'kept', says: 'everything that was put is gone' };
    return { name: 'deletion', outcome: 'broken', says: `${left} things are listed again after they were deleted` };
  } catch (error) {
    return { name: 'deletion', outcome: 'broken', says: `something is left: ${reasonOf(error)}` };
  }
}
