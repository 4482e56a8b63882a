import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { sql } from 'kysely';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { createDynamoDbTombstones, documentClient } from '../../functions/stores/dynamodb/dynamodb-tombstones.ts';
import { createKmsReceiptSigner } from '../../functions/stores/signing/kms-receipt-signer.ts';
import { clientSettings } from '../../local/aws/client-settings.ts';
import { platformOf } from '../support/platform-video.ts';
import type { Stores } from '../support/stores.ts';
import { lookAtNeighbours, putClose } from './neighbours.ts';
import { type Outside, openOutside } from './outside.ts';

export type FaultWorld = Awaited<ReturnType<typeof openFaultWorld>>;
/** A video that is to be deleted, and what stood around it before. */
export type Subject = Awaited<ReturnType<FaultWorld['subject']>>;

/** What a platform has to be for `platformOf` to fill it. */
type Fillable = Pick<Stores, 'db' | 'put' | 'inRedis' | 'objects' | 'inBucket' | 'viewers' | 'startRun'>;

/** The outside with a platform in it: an owner, an admin, a neighbour; and looks at all of it past every fault. */
export async function openFaultWorld() {
  const outside = await openOutside();
  const fillable: Fillable = outside;
  const platform = platformOf(fillable as Stores);
  const ownerId = await platform.user();
  const adminId = await platform.user({ is_admin: true });
  const neighbour = await platform.video(ownerId);
  const publicKeys = await publicKeysOf(outside);
  const refreshStats = () => sql`refresh materialized view video_stats`.execute(outside.db);
  await refreshStats();
  // All videos are alike, and so is what there is of one before it is deleted.
  const before = await platform.left(neighbour.videoId, ownerId);
  return {
    ...outside,
    adminId,
    /** A video in every store, its figures and its close neighbours among it; with queues that are empty. */
    async subject() {
      outside.renewQueues();
      const { videoId, run } = await platform.video(ownerId);
      await putClose(outside, videoId);
      await refreshStats();
      const look = () => lookAtNeighbours(outside, videoId, neighbour);
      const left = () => platform.left(videoId, ownerId);
      return { videoId, ownerId, run, look, left, before, neighboursBefore: await look() };
    },
    async isHidden(videoId: VideoId): Promise<boolean> {
      const row = await outside.db
        .selectFrom('videos')
        .select('deleted_at')
        .where('id', '=', videoId)
        .executeTakeFirst();
      return row?.deleted_at != null;
    },
    ...tombstonesOf(outside),
    publicKeys,
  };
}

function tombstonesOf({ addresses: { endpoints, table } }: Outside) {
  const client = documentClient(new DynamoDBClient(clientSettings(endpoints.DynamoDB)));
  const tombstones = createDynamoDbTombstones(client, { table });
  return {
    tombstone: tombstones.find,
    /** So that a deletion that never ended is not swept in the runs that follow. */
    forget: (videoId: VideoId) => client.send(new DeleteCommand({ TableName: table, Key: { videoId } })),
  };
}

async function publicKeysOf({ addresses: { endpoints, kmsKey } }: Outside) {
  const client = new KMSClient(clientSettings(endpoints.KMS));
  return await createKmsReceiptSigner(client, { keyId: kmsKey }).publicKeys();
}
