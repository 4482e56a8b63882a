/**
 * How long a test waits for a condition, in milliseconds: for what takes a moment here and seconds on a busy machine. Below the limit
 * of a test, so that what was waited for is named. Also what `expect.poll` waits.
 */
export const PATIENCE = 25_000;
