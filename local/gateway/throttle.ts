/** How many requests may pass at once, and how many more each second. */
export type ThrottleSettings = { burst: number; perSecond: number };

/** The default quota of an account. AWS: "Amazon API Gateway quotas", account-level throttling. */
export const ACCOUNT_THROTTLE: ThrottleSettings = { burst: 5_000, perSecond: 10_000 };

/**
 * A token bucket. The returned function takes one token, and returns false when there is none. `now` is in
 * milliseconds.
 */
export function createThrottle({ burst, perSecond }: ThrottleSettings, now: () => number = Date.now): () => boolean {
  let tokens = burst;
  let filledAt = now();
  return () => {
    const at = now();
    tokens = Math.min(burst, tokens + ((at - filledAt) / 1000) * perSecond);
    filledAt = at;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
