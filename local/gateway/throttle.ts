/** How many requests pass at once, and how many more each second. */
export type ThrottleSettings = { burst: number; perSecond: number };

/** What an account has unless somebody asked for more. AWS: "Amazon API Gateway quotas", account-level throttling. */
export const ACCOUNT_THROTTLE: ThrottleSettings = { burst: 5_000, perSecond: 10_000 };

/** A token bucket. The function it returns takes a token: false means that there was none. `now` is in milliseconds. */
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
