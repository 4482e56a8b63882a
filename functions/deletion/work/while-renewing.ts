/** The longest time between two renewals of a lease, in milliseconds. */
const RENEW_MILLISECONDS = 10_000;
/** After so many leases in which the step has reported nothing, another worker may begin: its call may never end. */
const MOST_SILENT_LEASES = 3;

/**
 * Runs `work` and calls `renew` meanwhile, at least three times in each lease. One call of a store may take long. A
 * call that never ends does not keep the lease: after three leases of silence nothing is renewed. A renewal that fails
 * is not an error, because the worker notices at its next write.
 * @param silence milliseconds since the step last reported anything
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
