/** Codes of Node for a server that cannot be reached. */
const UNREACHABLE = /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;

/**
 * SQLSTATEs of a server that cannot serve now: connection exceptions (08), too many connections (53300), shutting down
 * or starting up (57P01 to 57P03), and a statement or lock that took longer than the role allows (57014, 55P03).
 */
const NOT_NOW = /^(08...|53300|57P0[123]|57014|55P03)$/;

/** The driver gives these two no code: no connection within the timeout, and one that ended in the middle. */
const WITHOUT_CODE = /^(timeout exceeded when trying to connect|Connection terminated)/;

/** True when the database did not answer in time or at all; false for an error in what was asked. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return UNREACHABLE.test(code) || NOT_NOW.test(code) || WITHOUT_CODE.test(error.message);
}
