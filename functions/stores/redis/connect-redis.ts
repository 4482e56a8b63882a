import type { Connectable, KeyCommands, RedisAddress, RedisClient } from './redis-clients.ts';

export type { KeyCommands, RedisClient } from './redis-clients.ts';

/** Redis or Valkey. It connects at the first run, and again after a connection is lost. */
export type Redis<Client = RedisClient> = {
  /**
   * Runs `work` on a connected client. If the connection of an earlier run is dead (the function was frozen, the server
   * closed it), or leads to a server that may no longer write, `work` runs once more on a new connection: it must be
   * safe to repeat.
   * @throws {CacheUnavailable} when there is no connection, or no answer in time
   * @throws {WrongCacheMode} when one server was expected and a cluster answers, or the other way round
   * @throws {CacheRefused} with the server's own code
   */
  run<T>(work: (client: Client) => Promise<T>): Promise<T>;
  /** Closes the connection. Current and later runs fail. */
  close(): void;
};

export type RedisOptions = RedisAddress & {
  /** How long a run may take, including the connection. */
  timeoutMilliseconds?: number;
};

/** No connection, or no answer in time. The reason is in `cause`. */
export class CacheUnavailable extends Error {
  override name = 'CacheUnavailable';
  constructor(cause: unknown) {
    super('The cache could not be reached or did not answer in time', { cause });
  }
}

/** The cache has refused. `code` is its own word for it: `NOPERM`, `OOM`, `WRONGPASS`. */
export class CacheRefused extends Error {
  override name = 'CacheRefused';
  readonly code: string;
  constructor(code: string, cause: unknown) {
    super(`The cache has refused: ${code}`, { cause });
    this.code = code;
  }
}

/** `CACHE_MODE` does not fit the cache. The answer of the cache is in `cause`. */
export class WrongCacheMode extends Error {
  override name = 'WrongCacheMode';
  constructor(right: 'server' | 'cluster', cause: unknown) {
    const found = right === 'cluster' ? 'a cluster' : 'no cluster';
    super(`The cache is ${found}: set CACHE_MODE to ${right}`, { cause });
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

/** All nodes of a cluster, with the commands that name one key. */
export function connectCluster(options: RedisOptions): Redis<KeyCommands> {
  return keepConnected<Connectable & KeyCommands>(options, ({ clusterClient }, connectTimeout) =>
    clusterClient(options, connectTimeout),
  );
}

/** The library is half of a function's code. It loads with the first connection, while the database answers. */
const loadClients = () => import('./redis-clients.ts');
type Clients = Awaited<ReturnType<typeof loadClients>>;

type Connection<Client> = { client: Client; ready: Promise<unknown>; lostTo?: Error };

/**
 * Every run ends within its timeout, whatever the server does. The client's own timeout covers a command only until it
 * is written, so a run on a server that never answers would hang. A client that lost its connection is dropped, with
 * its queued commands; the next run connects.
 */
function keepConnected<Client extends Connectable>(
  { timeoutMilliseconds = 2000 }: RedisOptions,
  clientFor: (clients: Clients, connectTimeout: number) => Client,
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
        if (isDemoted(error)) drop(connection, error);
        else if (!reused || !isDead(connection)) throw error;
        connection = connect(clients);
        return runOn(connection, work);
      });

      try {
        return await Promise.race([attempts, silence.promise]);
      } catch (error) {
        // After a failover, the next run asks for the address anew.
        if (isDemoted(error)) drop(connection, error);
        throw failureOf(error, connection, clients);
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
  // Without this, a client that is destroyed while it connects would go on connecting.
  client.on('connect', () => connection.lostTo && client.destroy());
  connection.ready = client.connect();
  return connection;
}

async function runOn<Client, T>(connection: Connection<Client>, work: (client: Client) => Promise<T>): Promise<T> {
  await connection.ready;
  return await work(connection.client);
}

/** A connection without an answer in time is not dead: a second attempt would wait for another timeout. */
function isDead({ lostTo }: Connection<unknown>): boolean {
  return lostTo !== undefined && !(lostTo instanceof NoAnswer);
}

/** A server that was the primary and is a replica now, or has lost its primary. It stays connected all the same. */
function isDemoted(error: unknown): error is Error {
  return error instanceof Error && /^(READONLY|MASTERDOWN) /.test(error.message);
}

/** How a server's refusal begins: `NOPERM this user has no permissions …`. */
const REFUSAL = /^([A-Z][A-Z0-9]{2,31})(?: |$)/;

/** True when the server itself has refused a command, so that it has not run. */
export function isReply(error: unknown): boolean {
  return error instanceof Error && REFUSAL.test(error.message);
}

/** `MOVED`: another node of the cluster has the key; `ASK`: the key is on its way to another node. */
const IS_CLUSTER = /^(MOVED|ASK) /;
/** The answer of a server that is no node of a cluster, when a client asks for the other nodes. */
const IS_SERVER = /^ERR This instance has cluster support disabled/;

function failureOf(error: unknown, { lostTo }: Connection<unknown>, { isErrorReply }: Clients): unknown {
  const cause = lostTo ?? error;
  const answer = cause instanceof Error ? cause.message : '';
  if (IS_CLUSTER.test(answer)) return new WrongCacheMode('cluster', cause);
  if (IS_SERVER.test(answer)) return new WrongCacheMode('server', cause);
  const [, code] = REFUSAL.exec(answer) ?? [];
  if (code || isErrorReply(cause)) return new CacheRefused(code ?? 'ERR', cause);
  return lostTo ? new CacheUnavailable(lostTo) : error;
}
