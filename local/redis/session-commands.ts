import { RedisError, type Reply } from './resp.ts';

/** The version that the stand-in was compared with. Clients check it before they use newer commands. */
const REDIS_VERSION = '7.0.15';

/** The state of one connection. */
export type Session = {
  id: number;
  authenticated: boolean;
  /** The password of the user `default`. Absent: any password is right. */
  password: string | undefined;
  /** A user beside `default` who logs in with any password. */
  tokenUser: string | undefined;
};

export type SessionCommand = { arity: number; beforeAuth?: true; run(session: Session, ...args: string[]): Reply };

/** Commands about the connection itself. */
export const SESSION_COMMANDS: Record<string, SessionCommand> = {
  HELLO: { arity: -2, beforeAuth: true, run: hello },
  PING: { arity: 1, run: () => ({ simple: 'PONG' }) },
  CLIENT: { arity: -2, run: (session, subcommand: string) => client(session, subcommand) },
  CLUSTER: {
    arity: -2,
    run() {
      throw new RedisError('ERR This instance has cluster support disabled');
    },
  },
};

/** `HELLO 3`, alone or with `AUTH user password`. */
function hello(session: Session, version: string, option?: string, user?: string, password?: string): Reply {
  if (version !== '3') throw new RedisError('NOPROTO unsupported protocol version');
  if (option !== undefined) {
    if (option.toUpperCase() !== 'AUTH' || user === undefined || password === undefined) {
      throw new RedisError(`ERR Syntax error in HELLO option '${option}'`);
    }
    logIn(session, user, password);
  }
  if (!session.authenticated) {
    throw new RedisError('NOAUTH HELLO must be called with the client already authenticated');
  }
  return new Map<string, Reply>([
    ['server', 'redis'],
    ['version', REDIS_VERSION],
    ['proto', 3],
    ['id', session.id],
    ['mode', 'standalone'],
    ['role', 'master'],
    ['modules', []],
  ]);
}

function logIn(session: Session, user: string, password: string): void {
  const isKnown = user === 'default' ? (session.password ?? password) === password : user === session.tokenUser;
  if (!isKnown) {
    throw new RedisError('WRONGPASS invalid username-password pair or user is disabled.');
  }
  session.authenticated = true;
}

/** Refuses what Redis 7.0 lacks (SETINFO, MAINT_NOTIFICATIONS) in its words; clients take that for an old server. */
function client(session: Session, subcommand: string): Reply {
  if (subcommand.toUpperCase() === 'ID') return session.id;
  throw new RedisError(`ERR unknown subcommand '${subcommand.slice(0, 128)}'. Try CLIENT HELP.`);
}
