import { createClient, type RedisClientType } from '@redis/client';

/** The commands of a connected client. */
export type RedisClient = RedisClientType;

/** A Redis or Valkey that is connected to when it is first needed, and again when the connection was lost. */
export type Redis = {
  /**
   * Runs `work` on a connected client. When a connection from an earlier run turns out to be dead (a function was frozen,
   * the server dropped it), `work` is run once more on a new one: it must be safe to repeat.
   * @throws {CacheUnavailable} when there is no connection, or no answer in time; what the server refuses is thrown as it is
   */
  run<T>(work: (client: RedisClient) => Promise<T>): Promise<T>;
  /** Cuts the connection. Runs under way and later ones fail. */
  close(): void;
};

export type RedisOptions = {
  /** `redis://` or `rediss://`, with the credentials that do not change. */
  url: string;
  /** Asked for at every connection: an IAM token lives for 15 minutes, the connection for 12 hours. */
  credentials?: () => Promise<{ username: string; password: string }>;
  /** How long a run may take, connecting included. */
  timeoutMilliseconds?: number;
};

/** No connection, or no answer in time. The reason is in `cause`. */
export class CacheUnavailable extends Error {
  override name = 'CacheUnavailable';
  constructor(cause: unknown) {
    super('The cache could not be reached or did not answer in time', { cause });
  }
}

class NoAnswer extends Error {
  constructor(milliseconds: number) {
    super(`No answer within ${milliseconds} ms`);
  }
}

type Connection = { client: RedisClient; ready: Promise<unknown>; lostTo?: Error };

/**
 * Every run ends within its timeout, whatever the server does: the client's own timeout covers a command only until it
 * is written, so a server that takes commands and answers none would hang. A client whose connection is lost
 * is given up, with all it had queued; the next run connects.
 */
export function connectRedis(options: RedisOptions): Redis {
  const { timeoutMilliseconds = 2000 } = options;
  let current: Connection | undefined;
  let closed = false;

  const drop = (connection: Connection, reason: Error) => {
    connection.lostTo ??= reason;
    if (current === connection) current = undefined;
    connection.client.destroy();
  };
  const connect = (): Connection => {
    if (closed) throw new CacheUnavailable(new Error('The connection was closed'));
    current ??= openConnection(options, timeoutMilliseconds / 2, drop);
    return current;
  };

  return {
    async run(work) {
      const reused = current?.client.isReady ?? false;
      let connection = connect();
      const silence = Promise.withResolvers<never>();
      const timer = setTimeout(() => {
        drop(connection, new NoAnswer(timeoutMilliseconds));
        silence.reject(connection.lostTo);
      }, timeoutMilliseconds);
      const attempts = runOn(connection, work).catch((error: unknown) => {
        if (!reused || !connection.lostTo || connection.lostTo instanceof NoAnswer) throw error;
        connection = connect();
        return runOn(connection, work);
      });

      try {
        return await Promise.race([attempts, silence.promise]);
      } catch (error) {
        throw connection.lostTo ? new CacheUnavailable(connection.lostTo) : error;
      } finally {
        clearTimeout(timer);
      }
    },
    close() {
      closed = true;
      if (current) drop(current, new Error('The connection was closed'));
    },
  };
}

function openConnection(
  { url, credentials }: RedisOptions,
  connectTimeout: number,
  onLost: (connection: Connection, reason: Error) => void,
): Connection {
  const client: RedisClient = createClient({
    url,
    ...(credentials && { credentialsProvider: { type: 'async-credentials-provider', credentials } }),
    socket: { connectTimeout, reconnectStrategy: false },
    // The run has a timer; one for each command would be left behind by the thousand.
    commandOptions: { timeout: undefined },
    maintNotifications: 'disabled',
  });
  const connection: Connection = { client, ready: Promise.resolve() };
  client.on('error', (error: Error) => onLost(connection, error));
  // A client that was destroyed while it was connecting would go on with it.
  client.on('connect', () => connection.lostTo && client.destroy());
  connection.ready = client.connect();
  return connection;
}

async function runOn<T>(connection: Connection, work: (client: RedisClient) => Promise<T>): Promise<T> {
  await connection.ready;
  return await work(connection.client);
}
