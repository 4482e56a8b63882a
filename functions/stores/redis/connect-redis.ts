import type { Connectable, KeyCommands, RedisAddress, RedisClient } from './redis-clients.ts';

export type { KeyCommands, RedisClient } from './redis-clients.ts';

/** A Redis or Valkey that is connected to when it is first needed, and again when the connection was lost. */
export type Redis<Client = RedisClient> = {
  /**
   * Runs `work` on a connected client. When a connection from an earlier run turns out to be dead (a function was frozen,
   * the server dropped it), `work` is run once more on a new one: it must be safe to repeat.
   * @throws {CacheUnavailable} when there is no connection, or no answer in time; what the server refuses is thrown as it is
   */
  run<T>(work: (client: Client) => Promise<T>): Promise<T>;
  /** Cuts the connection. Runs under way and later ones fail. */
  close(): void;
};

export type RedisOptions = RedisAddress & {
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

/** One server, with all its commands. */
export function connectRedis(options: RedisOptions): Redis {
  return keepConnected(options, ({ serverClient }, connectTimeout) => serverClient(options, connectTimeout));
}

/**
 * One server, or a cluster. Which of the two is not a setting: the first server that says a key is elsewhere (`MOVED`) is
 * part of a cluster, and from then on all of it is spoken to. ElastiCache Serverless is a cluster of one node, its
 * endpoint, and never says so. The run that finds out is repeated, like one that finds its connection dead.
 */
export function connectServerOrCluster(options: RedisOptions): Redis<KeyCommands> {
  let kind: 'serverClient' | 'clusterClient' = 'serverClient';
  return keepConnected<Connectable & KeyCommands>(
    options,
    (clients, connectTimeout) => clients[kind](options, connectTimeout),
    () => {
      kind = 'clusterClient';
    },
  );
}

/** The library is half of a function's code: it is loaded with the first connection, while the database is waited for. */
const loadClients = () => import('./redis-clients.ts');
type Clients = Awaited<ReturnType<typeof loadClients>>;

type Connection<Client> = { client: Client; ready: Promise<unknown>; lostTo?: Error };

/**
 * Every run ends within its timeout, whatever the server does: the client's own timeout covers a command only until it
 * is written, so a server that takes commands and answers none would hang. A client whose connection is lost
 * is given up, with all it had queued; the next run connects.
 */
function keepConnected<Client extends Connectable>(
  { timeoutMilliseconds = 2000 }: RedisOptions,
  clientFor: (clients: Clients, connectTimeout: number) => Client,
  onRedirect?: () => void,
): Redis<Client> {
  let current: Connection<Client> | undefined;
  let closed = false;

  const drop = (connection: Connection<Client>, reason: Error) => {
    connection.lostTo ??= reason;
    if (current === connection) current = undefined;
    connection.client.destroy();
  };
  const connect = (clients: Clients): Connection<Client> => {
    if (closed) throw new CacheUnavailable(new Error('The connection was closed'));
    current ??= open(clientFor(clients, timeoutMilliseconds / 2), drop);
    return current;
  };

  return {
    async run(work) {
      const clients = await loadClients();
      const reused = current?.client.isReady ?? false;
      let connection = connect(clients);
      const silence = Promise.withResolvers<never>();
      const timer = setTimeout(() => {
        drop(connection, new NoAnswer(timeoutMilliseconds));
        silence.reject(connection.lostTo);
      }, timeoutMilliseconds);
      const attempts = runOn(connection, work).catch((error: unknown) => {
        if (onRedirect && isRedirect(error)) {
          onRedirect();
          drop(connection, error);
        } else if (!isWorthRepeating(connection, reused)) throw error;
        connection = connect(clients);
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

function open<Client extends Connectable>(
  client: Client,
  onLost: (connection: Connection<Client>, reason: Error) => void,
): Connection<Client> {
  const connection: Connection<Client> = { client, ready: Promise.resolve() };
  client.on('error', (error) => onLost(connection, error));
  client.on('node-error', (error) => onLost(connection, error));
  // A client that was destroyed while it was connecting would go on with it.
  client.on('connect', () => connection.lostTo && client.destroy());
  connection.ready = client.connect();
  return connection;
}

async function runOn<Client, T>(connection: Connection<Client>, work: (client: Client) => Promise<T>): Promise<T> {
  await connection.ready;
  return await work(connection.client);
}

/** `MOVED`: the key's node is another one; `ASK`: the key is on its way to another one. */
function isRedirect(error: unknown): error is Error {
  return error instanceof Error && /^(MOVED|ASK) /.test(error.message);
}

function isWorthRepeating({ lostTo }: Connection<unknown>, reused: boolean): boolean {
  const isDead = reused && lostTo !== undefined && !(lostTo instanceof NoAnswer);
  return isDead || isRedirect(lostTo);
}
