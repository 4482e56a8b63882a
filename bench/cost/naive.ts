import type { Line } from './bill.ts';

/**
 * The bill of a plain design for one video: one call for each key, which the worker waits for, an invalidation of this
 * many paths, and a page that polls every ten seconds for a quarter of an hour. All figures follow from the design;
 * none was counted.
 */
export function naiveBill({ objects, paths }: { objects: number; paths: number }): Line[] {
  const SECONDS_A_KEY = 0.025;
  const POLLS = 90;
  const POLL_GIGABYTE_SECONDS = 0.5 * 0.05;
  const assumed = true as const;
  return [
    { item: 'HTTP API, polled', priced: 'httpApiRequest', amount: 1 + POLLS, assumed },
    { item: 'Lambda, invocations', priced: 'lambdaRequest', amount: 2 + POLLS, assumed },
    {
      item: 'Lambda, time',
      priced: 'lambdaGigabyteSecond',
      amount: 0.5 * SECONDS_A_KEY * objects + POLLS * POLL_GIGABYTE_SECONDS,
      assumed,
    },
    { item: 'DynamoDB writes', priced: 'dynamoDbWrite', amount: 7, assumed },
    { item: 'DynamoDB reads', priced: 'dynamoDbRead', amount: POLLS, assumed },
    { item: 'SQS', priced: 'sqsRequest', amount: 3, assumed },
    { item: 'S3 ListObjectsV2', priced: 's3List', amount: Math.ceil(objects / 1000), assumed },
    { item: 'S3 DeleteObject', priced: 's3Delete', amount: objects, assumed },
    { item: 'CloudFront CreateInvalidation', priced: 'invalidationPath', amount: paths, assumed },
  ];
}
