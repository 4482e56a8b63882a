import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type RedisFaults, serve } from './connection.ts';
import { openJournal } from './journal.ts';
import { createKeyspace } from './keyspace.ts';

export type RedisStandInOptions = {
  /** The folder of its journal. Without one, the content ends with the process. */
  folder?: string;
  /** The password of the user `default`. Absent: no client needs one. */
  password?: string;
  /** A second user, like ElastiCache's for IAM. Any token is accepted. */
  tokenUser?: string;
};

/** A running stand-in, and the faults that a test can ask for. */
export type RedisStandIn = {
  url: string;
  /** Closes every connection and refuses new ones. The content stays. */
  pause(): Promise<void>;
  /** Accepts connections and commands and never answers, like a server behind a broken network. */
  silence(): void;
  /** Another node becomes the primary: connections of before only read from now on, new ones reach the new primary. */
  failOver(): void;
  /** Like a server with `noeviction` at its limit: what needs memory is refused, deleting is not. */
  fillUp(): void;
  /** The user has no right to use these commands, named in upper case. */
  deny(...commands: string[]): void;
  /** Ends every fault, on the same port. Connections that waited for an answer are closed. */
  resume(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Redis as far as the platform, the deletion, the demo and their tests call it, in RESP3. The contract
 * test/contracts/redis-protocol.ts names each command. Listens on the loopback interface only, on a free port.
 */
export async function startRedisStandIn({
  folder,
  password,
  tokenUser,
}: RedisStandInOptions = {}): Promise<RedisStandIn> {
  const keys = createKeyspace();
  if (folder) mkdirSync(folder, { recursive: true });
  const journal = folder ? openJournal(join(folder, 'stand-in.journal'), keys) : undefined;
  const sockets = new Set<Socket>();
  let silent = false;
  const faults: RedisFaults = { readOnlyUpTo: 0, isFull: false, denied: [] };
  let connections = 0;

  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    connections += 1;
    const session = { id: connections, authenticated: password === undefined, password, tokenUser };
    serve({ keys, journal, faults }, socket, session, () => silent);
  });
  const listen = async (port: number) => {
    server.listen({ host: '127.0.0.1', port });
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const cut = () => sockets.forEach((socket) => void socket.destroy());
  const close = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    cut();
    await closed;
  };

  const port = await listen(0);
  return {
    url: `redis://127.0.0.1:${port}`,
    pause: close,
    silence() {
      silent = true;
    },
    failOver() {
      faults.readOnlyUpTo = connections;
    },
    fillUp() {
      faults.isFull = true;
    },
    deny(...commands) {
      faults.denied = commands;
    },
    async resume() {
      if (silent) cut();
      silent = false;
      Object.assign(faults, { readOnlyUpTo: 0, isFull: false, denied: [] });
      if (!server.listening) await listen(port);
    },
    async stop() {
      await close();
      journal?.close();
    },
  };
}
