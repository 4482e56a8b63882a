import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerOwnRequests } from '../own-requests.ts';
import { createFaults } from './faults/fault-gate.ts';
import type { Faults } from './faults/faults.ts';
import { fillBucket } from './fill.ts';
import { createRequestLog, type Requests } from './http/request-log.ts';
import { serve } from './http/serve.ts';
import type { Versioning } from './store/model.ts';
import { openStore, type Store } from './store/store.ts';

/** As in S3, `objectLock` requires `versioning: 'Enabled'`, so it switches versioning on. */
export type BucketSettings = { name: string; versioning?: Versioning; objectLock?: boolean };

export type S3Settings = {
  /**
   * The folder of the state, which survives a killed process. Only one process may use it at a time. Absent: the state
   * is in memory.
   */
  folder?: string;
  /** Default: any free port. */
  port?: number;
  /** Buckets to create if they do not exist. An existing bucket keeps its state. */
  buckets: readonly BucketSettings[];
  /** The clock, for tests of retention. It is used only for times that S3 stores or compares. */
  clock?: () => Date;
};

export type S3Simulator = {
  /** The `endpoint` for the SDK, with `forcePathStyle: true` and any credentials. */
  endpoint: string;
  faults: Faults;
  requests: Requests;
  /** Writes an object under each key without HTTP: a million keys in about 20 seconds. */
  fill(bucket: string, keys: Iterable<string>, body?: string): void;
  /** Closes the connections and the files. */
  stop(): Promise<void>;
};

/** A long keep-alive, so that a client does not lose its connection in a pause between two requests. */
const KEEP_ALIVE_MILLISECONDS = 120_000;

/**
 * Starts a simulator of S3 on 127.0.0.1, with path-style addresses only. It verifies checksums, but no signatures and
 * no expiry: an unsigned GET and a PUT to a presigned URL work like signed requests. It answers 501 for sub-resources
 * that it does not have. It keeps a whole body in memory while it reads or writes it.
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
  await listen(answerOwnRequests(server), port);
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
