import type { RedisClientType } from '@redis/client';
// The package's own entry point loads its Sentinel and its client-side cache as well, and a bundle keeps what it loads.
import client from '@redis/client/dist/lib/client/index.js';
import cluster from '@redis/client/dist/lib/cluster/index.js';
import { ErrorReply } from '@redis/client/dist/lib/errors.js';

/** A connected client of one server, with all its commands. */
export type RedisClient = RedisClientType;

/** Commands that name one key each. A cluster runs each on the node that has the key. */
export type KeyCommands = Pick<
  RedisClient,
  'del' | 'exists' | 'expire' | 'get' | 'incr' | 'sAdd' | 'sMembers' | 'sRem' | 'set' | 'unlink'
>;

export type RedisAddress = {
  /** `redis://` or `rediss://`, with the credentials that do not change. */
  url: string;
  /** Each new connection calls it: an IAM token lives for 15 minutes, a connection for 12 hours. */
  credentials?: () => Promise<{ username: string; password: string }>;
};

/** A client that reports the loss of its connection, and never connects again by itself. */
export type Connectable = {
  readonly isReady: boolean;
  connect(): Promise<unknown>;
  destroy(): void;
  on(event: 'connect' | 'error' | 'node-error', listener: (error: Error) => void): unknown;
};

/** True for a server's own refusal, in whatever words. */
export function isErrorReply(error: unknown): boolean {
  return error instanceof ErrorReply;
}

/** A client of one server, not connected yet. `connectTimeout` is in milliseconds. */
export function serverClient({ url, credentials }: RedisAddress, connectTimeout: number): RedisClient {
  return client.default.create({
    url,
    ...sessionOf(credentials),
    socket: { connectTimeout, reconnectStrategy: false },
  });
}

/**
 * A client of a whole cluster, not connected yet. It asks the server at the URL for the other nodes, and connects to
 * each of them at the first command for a key there. These connections do not inherit the URL: its parts are passed on.
 */
export function clusterClient({ url, credentials }: RedisAddress, connectTimeout: number): Connectable & KeyCommands {
  const { protocol, username, password } = new URL(url);
  const fixed = { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  return cluster.default.create({
    rootNodes: [{ url }],
    minimizeConnections: true,
    defaults: {
      ...(password !== '' && fixed),
      ...sessionOf(credentials),
      socket: { tls: protocol === 'rediss:', connectTimeout, reconnectStrategy: false },
    },
  });
}

function sessionOf(credentials: RedisAddress['credentials']) {
  return {
    ...(credentials && {
      credentialsProvider: { type: 'async-credentials-provider' as const, credentials },
    }),
    // 0: none. Each run has a timer; one for each command would leave thousands of timers behind.
    commandOptions: { timeout: 0 },
    maintNotifications: 'disabled' as const,
  };
}
