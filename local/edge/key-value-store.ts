import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import { AwsFault } from '../aws/aws-fault.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { type LoopbackAnswer, type LoopbackRequest, listenOnLoopback } from '../loopback.ts';

export type LocalKeyValueStore = {
  /** It uses the name `localhost`, because the SDK puts the account id in front of it. See `keyValueStoreClient`. */
  endpoint: string;
  arn: string;
  has(key: string): boolean;
  keys(): string[];
  /** Changes the store as another writer would: an update with an earlier version of the store is then refused. */
  put(key: string): void;
  stop(): Promise<void>;
};

/** CloudFront's quotas: keys in one update, and bytes in one store. */
const KEYS_PER_UPDATE = 50;
const STORE_BYTES = 5 * 1024 * 1024;
const ARN = 'arn:aws:cloudfront::000000000000:key-value-store/00000000-0000-4000-8000-000000000001';
const STORE_URL = /^\/key-value-stores\/([^/]+)(\/keys)?$/;

type Update = { Puts?: { Key: string; Value: string }[]; Deletes?: { Key: string }[] };
type Content = Map<string, string>;

/** DescribeKeyValueStore and UpdateKeys for one store, in the REST-JSON protocol of the SDK. */
export async function startKeyValueStore(): Promise<LocalKeyValueStore> {
  let content: Content = new Map();
  let version = randomUUID();
  const replace = (next: Content) => {
    content = next;
    version = randomUUID();
  };
  const perform = ({ method, path, headers, body }: LoopbackRequest): void => {
    const [, arn, keys] = STORE_URL.exec(path) ?? [];
    if (!arn) throw new AwsFault('UnknownOperationException', `Not part of this stand-in: ${method} ${path}`, 404);
    if (decodeURIComponent(arn) !== ARN) throw new AwsFault('ResourceNotFoundException', 'No such store', 404);
    if (method !== 'POST' || !keys) return;
    if (headers['if-match'] !== version) throw new AwsFault('ConflictException', 'The store has another version', 409);
    replace(updated(content, JSON.parse(body.toString()) as Update));
  };
  const server = await listenOnLoopback(async (request) => {
    try {
      perform(request);
      return answerOf(content, version);
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      return { status: error.status, headers: faultHeaders(error), body: JSON.stringify({ Message: error.message }) };
    }
  });
  return {
    endpoint: server.url.replace('127.0.0.1', 'localhost'),
    arn: ARN,
    has: (key) => content.has(key),
    keys: () => [...content.keys()],
    put: (key) => replace(new Map(content).set(key, '1')),
    stop: server.close,
  };
}

/**
 * A client for the store. The SDK calls `<account>.localhost`, which not every resolver maps to this machine, so the
 * client does not look names up.
 */
export function keyValueStoreClient(endpoint: string): CloudFrontKeyValueStoreClient {
  const lookup: NonNullable<ConstructorParameters<typeof Agent>[0]>['lookup'] = (_name, options, done) =>
    options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
  return new CloudFrontKeyValueStoreClient({
    ...clientSettings(endpoint),
    requestHandler: { httpAgent: new Agent({ keepAlive: true, lookup }) },
  });
}

/** Applies all changes or none. @throws {AwsFault} */
function updated(content: Content, { Puts = [], Deletes = [] }: Update): Content {
  if (Puts.length + Deletes.length > KEYS_PER_UPDATE) {
    throw new AwsFault('ValidationException', `An update takes ${KEYS_PER_UPDATE} keys`);
  }
  const next = new Map(content);
  for (const { Key, Value } of Puts) next.set(Key, Value);
  for (const { Key } of Deletes) {
    if (!next.delete(Key)) throw new AwsFault('ResourceNotFoundException', 'There is no such key', 404);
  }
  if (bytesOf(next) > STORE_BYTES) throw new AwsFault('ServiceQuotaExceededException', 'The store is full', 402);
  return next;
}

function answerOf(content: Content, version: string): LoopbackAnswer {
  const store = { ItemCount: content.size, TotalSizeInBytes: bytesOf(content), KvsARN: ARN, Created: 0 };
  return { status: 200, headers: { 'content-type': 'application/json', etag: version }, body: JSON.stringify(store) };
}

function faultHeaders({ code }: AwsFault): Record<string, string> {
  return { 'content-type': 'application/json', 'x-amzn-errortype': code };
}

function bytesOf(content: Content): number {
  return [...content].reduce((bytes, entry) => bytes + Buffer.byteLength(entry.join('')), 0);
}
