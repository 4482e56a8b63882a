import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFaults } from './faults/fault-gate.ts';
import type { Faults } from './faults/faults.ts';
import { fillBucket } from './fill.ts';
import { createRequestLog, type Requests } from './http/request-log.ts';
import { serve } from './http/serve.ts';
import type { Versioning } from './store/model.ts';
import { openStore, type Store } from './store/store.ts';

/** `objectLock` brings `versioning: 'Enabled'` with it, as in S3. */
export type BucketSettings = { name: string; versioning?: Versioning; objectLock?: boolean };

export type S3Settings = {
  /** Where the state is kept; it survives a killed process. Without it, the state is in memory. One process at a time. */
  folder?: string;
  /** A free one by default. */
  port?: number;
  /** Made if they are not there; one that is there keeps its state. */
  buckets: readonly BucketSettings[];
  /** For tests of retention; only times that S3 stores or compares come from it. */
  clock?: () => Date;
};

export type S3Simulator = {
  /** For the SDK, with `forcePathStyle: true` and any credentials. */
  endpoint: string;
  faults: Faults;
  requests: Requests;
  /** Writes an object under each key, without HTTP: a million keys in about 20 seconds. */
  fill(bucket: string, keys: Iterable<string>, body?: string): void;
  /** Cuts the connections and closes the files. */
  stop(): Promise<void>;
};

/** Long enough that a client which waits between two requests does not lose its connection in that moment. */
const KEEP_ALIVE_MILLISECONDS = 120_000;

/**
 * Starts a simulator of S3 on 127.0.0.1, path style only. It verifies checksums but no signatures and no expiry: an
 * unsigned GET and a PUT to a presigned URL work like signed ones. Sub-resources that are not there answer 501.
 * Bodies go through memory as a whole.
 */
export async function startS3({
  folder,
  port = 0,
  buckets,
  clock = () => new Date(),
}: S3Settings): Promise<S3Simulator> {
  const store = await openStore(folder);
  for (const bucket of buckets) createIfMissing(store, bucket, clock());
  const { faults, gate } = createFaults();
  const { requests, record } = createRequestLog();
  const deps = { store, faults: gate, clock };
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MILLISECONDS }, (incoming, outgoing) =>
    serve(deps, record, incoming, outgoing),
  );
  await listen(server, port);
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    requests,
    fill: (bucket, keys, body = 'x') => fillBucket(deps, bucket, keys, body),
    stop: async () => {
      await close(server);
      store.close();
    },
  };
}

function createIfMissing(store: Store, { name, versioning, objectLock = false }: BucketSettings, now: Date): void {
  if (store.has(name)) return;
  const initial = objectLock ? 'Enabled' : (versioning ?? 'Unversioned');
  store.commit([{ type: 'bucket', bucket: name, createdAt: now.getTime(), versioning: initial, objectLock }]);
}

const listen = (server: Server, port: number) =>
  new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

const close = (server: Server) =>
  new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
