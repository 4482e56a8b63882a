import { setTimeout } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { bucketOutput } from './outputs.ts';
import { processingTasks } from './tasks.ts';

/** The sample platform's processing as Lambda functions, one for each state that calls one. */

const bucket = process.env.VIDEO_BUCKET;
if (!bucket) throw new Error('VIDEO_BUCKET is not set, expected the name of the bucket that holds the videos');

export const { Probe, Transcode, Thumbnail, Publish } = processingTasks({
  write: bucketOutput(new S3Client(), bucket),
  wait: (milliseconds) => setTimeout(milliseconds),
  segmentMilliseconds: 500,
});
