/** A list price, and where and when it was read. */
export type Price = { dollars: number; unit: string; source: string; asOf: string };

/** Dollars for one unit. AWS quotes prices by the thousand or the million. */
const each = (dollars: number, of: number) => dollars / of;
const MILLION = 1_000_000;

/**
 * List prices of us-east-1 for one unit each, without free tiers and discounts. They were read in public copies of
 * AWS's price pages, so check them before you base a decision on them.
 */
export const PRICES = {
  httpApiRequest: {
    dollars: each(1, MILLION),
    unit: 'request to an HTTP API',
    source: 'https://aws.amazon.com/api-gateway/pricing/',
    asOf: '2026-03',
  },
  lambdaRequest: {
    dollars: each(0.2, MILLION),
    unit: 'invocation',
    source: 'https://aws.amazon.com/lambda/pricing/',
    asOf: '2026-09',
  },
  lambdaGigabyteSecond: {
    dollars: 0.0000133334,
    unit: 'GB-second on arm64',
    source: 'https://aws.amazon.com/lambda/pricing/',
    asOf: '2026-09',
  },
  dynamoDbWrite: {
    dollars: each(0.625, MILLION),
    unit: 'write request unit, on demand',
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    asOf: '2026-03',
  },
  dynamoDbRead: {
    dollars: each(0.125, MILLION),
    unit: 'read request unit, on demand',
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    asOf: '2026-03',
  },
  sqsRequest: {
    dollars: each(0.4, MILLION),
    unit: 'request to a standard queue',
    source: 'https://aws.amazon.com/sqs/pricing/',
    asOf: '2026-03',
  },
  sqsFairMessage: {
    dollars: each(0.1, MILLION),
    unit: 'request that names a message group, on top',
    source: 'https://aws.amazon.com/sqs/pricing/',
    asOf: '2026-03',
  },
  s3List: {
    dollars: each(0.005, 1_000),
    unit: 'PUT, COPY, POST or LIST request, S3 Standard',
    source: 'https://aws.amazon.com/s3/pricing/',
    asOf: '2026-03',
  },
  s3Get: {
    dollars: each(0.0004, 1_000),
    unit: 'GET or any other request, S3 Standard',
    source: 'https://aws.amazon.com/s3/pricing/',
    asOf: '2026-03',
  },
  s3Delete: {
    dollars: 0,
    unit: 'DELETE request',
    source: 'https://aws.amazon.com/s3/pricing/',
    asOf: '2026-03',
  },
  kmsSignature: {
    dollars: each(0.03, 10_000),
    unit: 'request to an RSA_2048 key',
    source: 'https://aws.amazon.com/kms/pricing/',
    asOf: '2026-06',
  },
  eventBridgeEvent: {
    dollars: each(1, MILLION),
    unit: 'custom event',
    source: 'https://aws.amazon.com/eventbridge/pricing/',
    asOf: '2026-03',
  },
  invalidationPath: {
    dollars: 0.005,
    unit: 'invalidation path, a wildcard counts as one',
    source: 'https://aws.amazon.com/cloudfront/pricing/',
    asOf: '2026-03',
  },
  keyValueStoreCall: {
    dollars: each(1, 1_000),
    unit: 'API call to a CloudFront KeyValueStore',
    source: 'https://aws.amazon.com/cloudfront/pricing/',
    asOf: '2026-03',
  },
  logGigabyte: {
    dollars: 0.5,
    unit: 'GB into CloudWatch Logs',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
    asOf: '2026-03',
  },
} as const satisfies Record<string, Price>;

export type Priced = keyof typeof PRICES;
