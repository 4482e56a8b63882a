import { createClient, createCluster, type RedisClientType } from '@redis/client';

/** The commands of a connected client of one server. */
export type RedisClient = RedisClientType;

/** Commands that name one key each: a cluster runs them on the node that has the key. */
export type KeyCommands = Pick<
  RedisClient,
  'del' | 'exists' | 'expire' | 'get' | 'incr' | 'sAdd' | 'sMembers' | 'sRem' | 'set' | 'unlink'
>;

export type RedisAddress = {
  /** `redis://` or `rediss://`, with the credentials that do not change. */
  url: string;
  /** Asked for at every connection: an IAM token lives for 15 minutes, the connection for 12 hours. */
  credentials?: () => Promise<{ username: string; password: string }>;
};

/** What it takes to keep a connection: a client tells of its loss, and never connects again by itself. */
export type Connectable = {
  readonly isReady: boolean;
  connect(): Promise<unknown>;
  destroy(): void;
  on(event: 'connect' | 'error' | 'node-error', listener: (error: Error) => void): unknown;
};

/** A client of one server, not connected yet. `connectTimeout` is in milliseconds. */
export function serverClient({ url, credentials }: RedisAddress, connectTimeout: number): RedisClient {
  return createClient({
    url,
    ...sessionOf(credentials),
    socket: { connectTimeout, reconnectStrategy: false },
  });
}

/**
 * A client of a whole cluster, not connected yet, that asks the server at the URL for the others. Connections to those
 * inherit nothing from the URL, hence its parts; each is opened when a key on that node is first asked for.
 */
export function clusterClient({ url, credentials }: RedisAddress, connectTimeout: number): Connectable & KeyCommands {
  const { protocol, username, password } = new URL(url);
  const fixed = { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  return createCluster({
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
    // A run has a timer; one for each command would be left behind by the thousand.
    commandOptions: { timeout: undefined },
    maintNotifications: 'disabled' as const,
  };
}
