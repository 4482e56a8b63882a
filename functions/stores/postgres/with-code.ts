/** The driver's errors that have no code, by how their messages begin. */
const CODES: readonly [RegExp, string][] = [
  [/^timeout exceeded when trying to connect/, 'ETIMEDOUT'],
  [/^(Connection terminated|Client has encountered a connection error|Client was closed)/, 'ECONNRESET'],
  [/^The server does not support SSL/, 'NoTls'],
  [/^(Query read timeout|canceling statement)/, 'ETIMEDOUT'],
];

/** The error with a code: the server's (SQLSTATE), Node's, or one for what the driver says in words only. */
export function withCode(error: unknown): unknown {
  if (!(error instanceof Error) || 'code' in error || error.name !== 'Error') return error;
  const [, code = 'NoDatabase'] = CODES.find(([pattern]) => pattern.test(error.message)) ?? [];
  return Object.assign(error, { code });
}
