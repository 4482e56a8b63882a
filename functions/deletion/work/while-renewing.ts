/** The longest time between two renewals of a lease, in milliseconds. */
const RENEW_MILLISECONDS = 10_000;
/**
 * After so many leases without a sign of life from the step, its call may never end. Another worker must then be able
 * to begin.
 */
const MOST_SILENT_LEASES = 3;

/**
 * Runs `work` and calls `renew` again and again meanwhile, however long one call of a store takes: at least three times
 * a lease. A renewal that fails is not an error. The worker notices at its next write. `silence`: milliseconds since the
 * step last reported anything. A call that never ends does not keep the lease.
 */
export async function whileRenewing<T>(
  { leaseSeconds, silence, renew }: { leaseSeconds: number; silence: () => number; renew: () => Promise<void> },
  work: () => Promise<T>,
): Promise<T> {
  let last: Promise<void> = Promise.resolve();
  const timer = setInterval(
    () => {
      if (silence() < MOST_SILENT_LEASES * leaseSeconds * 1_000) last = renew().catch(() => undefined);
    },
    Math.min(RENEW_MILLISECONDS, (leaseSeconds * 1_000) / 3),
  );
  timer.unref();
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await last;
  }
}
