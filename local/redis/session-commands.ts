import { syntaxError, wrongNumberOfArguments } from './arguments.ts';
import { RedisError, type Reply } from './resp.ts';

/** The version that the stand-in was compared with; clients look at it before they use newer commands. */
const REDIS_VERSION = '7.0.15';
const OK = { simple: 'OK' };

/** What the server knows of one connection. */
export type Session = {
  id: number;
  protocol: 2 | 3;
  name: string;
  authenticated: boolean;
  /** The password of the user `default`; none: everybody may. */
  password: string | undefined;
  /** A user beside `default` who logs in with any password. */
  tokenUser: string | undefined;
};

export type SessionCommand = { arity: number; beforeAuth?: true; run(session: Session, ...args: string[]): Reply };

/** Commands about the connection itself. */
export const SESSION_COMMANDS: Record<string, SessionCommand> = {
  HELLO: { arity: -1, beforeAuth: true, run: hello },
  AUTH: { arity: -2, beforeAuth: true, run: auth },
  QUIT: { arity: -1, beforeAuth: true, run: () => OK },
  PING: { arity: -1, run: ping },
  SELECT: { arity: 2, run: (_, index: string) => select(index) },
  INFO: { arity: -1, run: () => `# Server\r\nredis_version:${REDIS_VERSION}\r\nredis_mode:standalone\r\n` },
  CLIENT: { arity: -2, run: client },
  CLUSTER: {
    arity: -2,
    run() {
      throw new RedisError('ERR This instance has cluster support disabled');
    },
  },
};

function ping(_: Session, ...args: string[]): Reply {
  if (args.length > 1) throw wrongNumberOfArguments('ping');
  return args[0] ?? { simple: 'PONG' };
}

function hello(session: Session, version?: string, ...options: string[]): Reply {
  const protocol = version === undefined ? session.protocol : protocolOf(version);
  let name = session.name;
  for (let n = 0; n < options.length; n += 1) {
    const option = (options[n] as string).toUpperCase();
    if (option === 'AUTH' && n + 2 < options.length) {
      logIn(session, options[n + 1] as string, options[n + 2] as string);
      n += 2;
    } else if (option === 'SETNAME' && n + 1 < options.length) {
      n += 1;
      name = options[n] as string;
    } else throw new RedisError(`ERR Syntax error in HELLO option '${options[n]}'`);
  }
  if (!session.authenticated) {
    throw new RedisError('NOAUTH HELLO must be called with the client already authenticated');
  }
  Object.assign(session, { protocol, name });
  return new Map<string, Reply>([
    ['server', 'redis'],
    ['version', REDIS_VERSION],
    ['proto', protocol],
    ['id', session.id],
    ['mode', 'standalone'],
    ['role', 'master'],
    ['modules', []],
  ]);
}

function protocolOf(version: string): 2 | 3 {
  if (!/^\d{1,9}$/.test(version)) throw new RedisError('ERR Protocol version is not an integer or out of range');
  if (version === '2' || version === '3') return version === '2' ? 2 : 3;
  throw new RedisError('NOPROTO unsupported protocol version');
}

function auth(session: Session, ...credentials: string[]): Reply {
  const [first = '', second, ...rest] = credentials;
  if (rest.length > 0) throw syntaxError();
  if (second === undefined && session.password === undefined) {
    throw new RedisError(
      'ERR AUTH <password> called without any password configured for the default user. ' +
        'Are you sure your configuration is correct?',
    );
  }
  if (second === undefined) logIn(session, 'default', first);
  else logIn(session, first, second);
  return OK;
}

function logIn(session: Session, user: string, password: string): void {
  const isKnown = user === 'default' ? (session.password ?? password) === password : user === session.tokenUser;
  if (!isKnown) {
    throw new RedisError('WRONGPASS invalid username-password pair or user is disabled.');
  }
  session.authenticated = true;
}

/** There is one database, as in a cluster. */
function select(index: string): Reply {
  if (!/^\d{1,9}$/.test(index)) throw new RedisError('ERR value is not an integer or out of range');
  if (Number(index) !== 0) throw new RedisError('ERR DB index is out of range');
  return OK;
}

/** What Redis 7.0 lacks (SETINFO, MAINT_NOTIFICATIONS) is refused in its words; clients take that as an old server. */
function client(session: Session, subcommand: string, ...args: string[]): Reply {
  switch (subcommand.toUpperCase()) {
    case 'ID':
      return session.id;
    case 'GETNAME':
      return session.name === '' ? null : session.name;
    case 'SETNAME':
      if (args.length !== 1) throw wrongNumberOfArguments('client|setname');
      session.name = args[0] as string;
      return OK;
    default:
      throw new RedisError(`ERR unknown subcommand '${subcommand.slice(0, 128)}'. Try CLIENT HELP.`);
  }
}
