/**
 * How long a test waits for a condition, in milliseconds. What takes a moment here takes seconds on a busy machine. It
 * is shorter than a test's timeout, so that the failure names the condition. `expect.poll` waits as long.
 */
export const PATIENCE = 25_000;
