/** The longest time between two renewals of a lease, in milliseconds. */
const RENEW_MILLISECONDS = 10_000;

/**
 * Runs `work` and calls `renew` again and again meanwhile, however long one call of a store takes: at least three times
 * a lease. A renewal that fails is not an error. The worker notices at its next write.
 */
export async function whileRenewing<T>(
  { leaseSeconds, renew }: { leaseSeconds: number; renew: () => Promise<void> },
  work: () => Promise<T>,
): Promise<T> {
  let last: Promise<void> = Promise.resolve();
  const timer = setInterval(
    () => {
      last = renew().catch(() => undefined);
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
