/**
 * The Redis serialization protocol in its third version, RESP3. Byte strings are JavaScript strings with one character
 * per byte (latin1), so that keys and values of any bytes pass through unchanged.
 */

/** An answer. A string is a bulk string. */
export type Reply =
  | string
  | number
  | bigint
  | null
  | Reply[]
  | Map<string, Reply>
  | Set<string>
  | { simple: string }
  | RedisError;

/** A refusal of the server. The message starts with Redis's own code (`ERR`, `WRONGTYPE`). */
export class RedisError extends Error {
  override name = 'RedisError';
}

/** A request that is not RESP. The connection ends with it. */
export class ProtocolError extends RedisError {
  override name = 'ProtocolError';
  constructor(message: string) {
    super(`ERR Protocol error: ${message}`);
  }
}

/** One answer as bytes. */
export function encodeReply(reply: Reply): Buffer {
  return Buffer.from(encode(reply), 'latin1');
}

function encode(reply: Reply): string {
  if (reply === null) return '_\r\n';
  if (typeof reply === 'string') return `$${reply.length}\r\n${reply}\r\n`;
  if (typeof reply === 'number' || typeof reply === 'bigint') return `:${reply}\r\n`;
  if (reply instanceof RedisError) return `-${reply.message.replaceAll(/[\r\n]/g, ' ')}\r\n`;
  if (Array.isArray(reply)) return encodeItems('*', reply.length, reply);
  if (reply instanceof Set) return encodeItems('~', reply.size, [...reply]);
  if (reply instanceof Map) return encodeItems('%', reply.size, [...reply].flat());
  return `+${reply.simple}\r\n`;
}

function encodeItems(sign: string, size: number, items: readonly Reply[]): string {
  return `${sign}${size}\r\n${items.map(encode).join('')}`;
}
