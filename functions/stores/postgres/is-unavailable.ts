/** Node's codes for a server that cannot be reached. */
const UNREACHABLE = /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;

/**
 * SQLSTATEs of a server that cannot serve at the moment: connection exceptions (08), too many connections (53300),
 * shutdown and startup (57P01 to 57P03), and statements or locks that took longer than the role allows (57014, 55P03).
 */
const NOT_NOW = /^(08...|53300|57P0[123]|57014|55P03)$/;

/**
 * The driver sets no code for these two: no connection within the timeout, and a connection that ended during a
 * statement.
 */
const WITHOUT_CODE = /^(timeout exceeded when trying to connect|Connection terminated)/;

/** True when the database did not answer, or not in time. False for an error in the statement. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return UNREACHABLE.test(code) || NOT_NOW.test(code) || WITHOUT_CODE.test(error.message);
}
