import { S3Client } from '@aws-sdk/client-s3';
import { clientSettings } from '../../local/aws/client-settings.ts';
import type { OperationName } from '../../local/s3/http/routes.ts';
import { type S3Simulator, startS3 } from '../../local/s3/start.ts';
import { answerParent } from './child.ts';
import { countLeft, type Left } from './left.ts';
import { type Loss, prepareLoss } from './losses.ts';
import { BUCKET, hlsKeys } from './video.ts';

/** How long the store takes, in milliseconds, and what it refuses. */
export type StoreSettings = {
  keys: number;
  listMilliseconds: number;
  deleteMilliseconds: number;
  /** The most keys that it deletes in a second. */
  throttle?: number | undefined;
  /** What goes wrong. */
  loss?: Loss | undefined;
};
/** `slowedDown`: requests answered with 503. */
export type Asked = { byOperation: Record<string, number>; slowedDown: number };

export type StoreRequests = {
  open: { asks: StoreSettings; answers: { endpoint: string } };
  /** Resets the counts. */
  forget: { asks: undefined; answers: undefined };
  asked: { asks: undefined; answers: Asked };
  left: { asks: undefined; answers: Left };
};

const LISTS: OperationName[] = ['ListObjectsV2', 'ListObjectVersions', 'ListMultipartUploads', 'GetBucketVersioning'];
const DELETES: OperationName[] = ['DeleteObjects', 'DeleteObject', 'AbortMultipartUpload'];

let s3: S3Simulator | undefined;

async function open({ keys, throttle, loss, ...times }: StoreSettings): Promise<{ endpoint: string }> {
  await s3?.stop();
  const hasVersions = loss === 'versions';
  s3 = await startS3({ buckets: [{ name: BUCKET, versioning: hasVersions ? 'Enabled' : 'Unversioned' }] });
  s3.fill(BUCKET, hlsKeys(keys));
  if (loss) await prepareLoss(s3, clientOf(s3), loss);
  for (const operation of LISTS) s3.faults.delay(times.listMilliseconds, operation);
  for (const operation of DELETES) s3.faults.delay(times.deleteMilliseconds, operation);
  if (throttle) s3.faults.throttleDeletes(throttle);
  return { endpoint: s3.endpoint };
}

const clientOf = ({ endpoint }: S3Simulator) => new S3Client({ ...clientSettings(endpoint), forcePathStyle: true });

function opened(): S3Simulator {
  if (!s3) throw new Error('The store was not opened');
  return s3;
}

function asked({ requests }: S3Simulator): Asked {
  const byOperation: Record<string, number> = {};
  const all = requests.list();
  for (const { operation } of all) byOperation[operation] = (byOperation[operation] ?? 0) + 1;
  return { byOperation, slowedDown: all.filter(({ status }) => status === 503).length };
}

answerParent({
  open,
  forget: () => opened().requests.clear(),
  asked: () => asked(opened()),
  left: async () => {
    opened().faults.clear();
    return await countLeft(clientOf(opened()));
  },
});
