import { RedisError } from './resp.ts';

const INT64_MAX = 2n ** 63n - 1n;
/** Later than any date, and still exact as a number. */
const LATEST_EXPIRY = Number.MAX_SAFE_INTEGER;

/** @throws {RedisError} unless the text is a 64-bit integer as Redis writes it */
export function integer(text: string): bigint {
  const value = /^(0|-?[1-9]\d{0,18})$/.test(text) ? BigInt(text) : undefined;
  if (value === undefined || value > INT64_MAX || value < -INT64_MAX - 1n) {
    throw new RedisError('ERR value is not an integer or out of range');
  }
  return value;
}

/**
 * The moment so many seconds after `now`, in milliseconds since 1970.
 * @throws {RedisError} when it is no integer or too far away; the message names the command
 */
export function expiryAfter(seconds: string, now: number, command: string): number {
  const at = BigInt(now) + integer(seconds) * 1000n;
  if (at > LATEST_EXPIRY || at < -LATEST_EXPIRY) throw invalidExpiry(command);
  return Number(at);
}

export function invalidExpiry(command: string): RedisError {
  return new RedisError(`ERR invalid expire time in '${command}' command`);
}

export function wrongNumberOfArguments(command: string): RedisError {
  return new RedisError(`ERR wrong number of arguments for '${command}' command`);
}

export function syntaxError(): RedisError {
  return new RedisError('ERR syntax error');
}

/** `[a, b, c, d]` as `[[a, b], [c, d]]`. An odd number of arguments is a mistake of the named command. */
export function pairsOf(args: readonly string[], command: string): [string, string][] {
  if (args.length % 2 === 1) throw wrongNumberOfArguments(command);
  return Array.from({ length: args.length / 2 }, (_, n) => [args[2 * n] as string, args[2 * n + 1] as string]);
}
