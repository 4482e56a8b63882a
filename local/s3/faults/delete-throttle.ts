import { S3Error } from '../http/s3-error.ts';
import type { Lift } from './faults.ts';

/** A token bucket with one token for each key. It holds the tokens of one second, and one request may overdraw it. */
export type DeleteThrottle = {
  limit(keysPerSecond: number): Lift;
  lift(): void;
  /** @throws {S3Error} SlowDown while it is overdrawn */
  take(keys: number): void;
};

export function createDeleteThrottle(): DeleteThrottle {
  let rate: number | undefined;
  let tokens = 0;
  let filledAt = 0;
  const lift = () => {
    rate = undefined;
  };
  return {
    limit: (keysPerSecond) => {
      rate = keysPerSecond;
      tokens = keysPerSecond;
      filledAt = performance.now();
      return lift;
    },
    lift,
    take: (keys) => {
      if (rate === undefined) return;
      const now = performance.now();
      tokens = Math.min(rate, tokens + ((now - filledAt) / 1000) * rate);
      filledAt = now;
      if (tokens <= 0) throw new S3Error('SlowDown');
      tokens -= keys;
    },
  };
}
