import type { Socket } from 'node:net';
import { wrongNumberOfArguments } from './arguments.ts';
import { arityFits, dataCommand } from './commands.ts';
import type { Journal } from './journal.ts';
import type { Keyspace } from './keyspace.ts';
import { createRequestParser } from './request-parser.ts';
import { encodeReply, ProtocolError, RedisError, type Reply } from './resp.ts';
import { SESSION_COMMANDS, type Session } from './session-commands.ts';

/** The content that all connections share. */
export type Store = { keys: Keyspace; journal: Journal | undefined; faults: RedisFaults };

/** What goes wrong now. Connections up to `readOnlyUpTo` are with a server that was the primary before. */
export type RedisFaults = { readOnlyUpTo: number; isFull: boolean; denied: readonly string[] };

/** Commands that free memory are taken by a full server, too. */
const FREES = ['DEL', 'UNLINK', 'SREM', 'FLUSHALL', 'FLUSHDB'];

/**
 * Answers one client, in the order of its requests. A pipeline gets its answers in one write.
 * While `isSilent` returns true, it drops what it receives and answers nothing.
 */
export function serve(store: Store, socket: Socket, session: Session, isSilent: () => boolean): void {
  const parser = createRequestParser();
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    if (isSilent()) return;
    const replies: Buffer[] = [];
    try {
      for (const request of parser.push(chunk)) {
        replies.push(encodeReply(answer(store, session, request)));
      }
      if (replies.length > 0) socket.write(Buffer.concat(replies));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      socket.end(Buffer.concat([...replies, encodeReply(error)]));
    }
  });
}

function answer(store: Store, session: Session, request: readonly string[]): Reply {
  try {
    return execute(store, session, request);
  } catch (error) {
    if (error instanceof RedisError) return error;
    throw error;
  }
}

function execute({ keys, journal, faults }: Store, session: Session, request: readonly string[]): Reply {
  const [name = '', ...args] = request;
  const upper = name.toUpperCase();
  if (faults.denied.includes(upper)) {
    throw new RedisError(`NOPERM this user has no permissions to run the '${name.toLowerCase()}' command`);
  }
  const ofSession = SESSION_COMMANDS[upper];
  if (!session.authenticated && !ofSession?.beforeAuth) throw new RedisError('NOAUTH Authentication required.');
  if (ofSession) {
    if (!arityFits(ofSession.arity, request.length)) throw wrongNumberOfArguments(name.toLowerCase());
    return ofSession.run(session, ...args);
  }
  const command = dataCommand(name, args);
  if (command.writes && session.id <= faults.readOnlyUpTo) {
    throw new RedisError("READONLY You can't write against a read only replica.");
  }
  if (command.writes && faults.isFull && !FREES.includes(upper)) {
    throw new RedisError("OOM command not allowed when used memory > 'maxmemory'.");
  }
  const reply = command.run(keys, ...args);
  if (command.writes) journal?.append(request);
  return reply;
}
