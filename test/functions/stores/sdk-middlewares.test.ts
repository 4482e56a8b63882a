import type { S3Client } from '@aws-sdk/client-s3';
import { afterEach, expect, it, vi } from 'vitest';
import { connectBucket } from '../../../functions/stores/s3/client/connect-bucket.ts';
import { useLeanDeletes } from '../../../functions/stores/s3/client/lean-deletes.ts';
import { useLeanListings } from '../../../functions/stores/s3/client/lean-listing.ts';
import { useOwnAnswersOnly } from '../../../functions/stores/s3/client/own-answers.ts';
import { handBackSlowedDeletes } from '../../../functions/stores/s3/client/slowed-deletes.ts';

type Change = (client: S3Client) => void;
/** What a newer SDK would have changed in each client that is made from now on. */
const sdk = vi.hoisted(() => ({ change: undefined as Change | undefined }));

vi.mock('@aws-sdk/client-s3', async (load) => {
  const original = await load<typeof import('@aws-sdk/client-s3')>();
  class ChangedClient extends original.S3Client {
    constructor(...[config]: ConstructorParameters<typeof original.S3Client>) {
      super({ region: 'us-east-1', ...config });
      sdk.change?.(this);
    }
  }
  return { ...original, S3Client: ChangedClient };
});

const { S3Client: Client } = await import('@aws-sdk/client-s3');

afterEach(() => {
  sdk.change = undefined;
});

const without = (name: string) => (client: S3Client) => void client.middlewareStack.remove(name);
const madeBy = (use: Change) => () => use(new Client({}));

it('takes the SDK as it is installed', () => {
  for (const make of [
    madeBy(useOwnAnswersOnly),
    madeBy(useLeanDeletes),
    madeBy(useLeanListings),
    madeBy(handBackSlowedDeletes),
    connectBucket,
  ]) {
    expect(() => make({})).not.toThrow();
  }
});

it.each<[string, () => unknown]>([
  ['loggerMiddleware', () => connectBucket({})],
  ['serializerMiddleware', () => connectBucket({})],
  ['serializerMiddleware', madeBy(useLeanDeletes)],
  ['contentLengthMiddleware', madeBy(useLeanDeletes)],
  ['deserializerMiddleware', madeBy(useLeanListings)],
  ['deserializerMiddleware', madeBy(useOwnAnswersOnly)],
  ['retryMiddleware', madeBy(handBackSlowedDeletes)],
])('makes no client of an SDK without %s', (name, make) => {
  sdk.change = without(name);
  expect(make).toThrow(`@aws-sdk/client-s3 has no middleware ${name}, which functions/stores/s3 needs`);
});

const first = (name: string) => (client: S3Client) => {
  client.middlewareStack.remove(name);
  client.middlewareStack.add((next) => (args) => next(args), { name, step: 'initialize' });
};
const last = (name: string) => (client: S3Client) => {
  client.middlewareStack.remove(name);
  client.middlewareStack.add((next) => (args) => next(args), { name, step: 'finalizeRequest' });
};

it.each<[string, Change, () => unknown]>([
  ['contentLengthMiddleware before putDocument', first('contentLengthMiddleware'), madeBy(useLeanDeletes)],
  ['putDocument before serializerMiddleware', last('serializerMiddleware'), madeBy(useLeanDeletes)],
  ['deserializerMiddleware before putEntries', first('deserializerMiddleware'), madeBy(useLeanListings)],
])('makes no client of an SDK that runs %s', (order, change, make) => {
  sdk.change = change;
  expect(make).toThrow(`@aws-sdk/client-s3 runs ${order}: functions/stores/s3 expects it after`);
});
