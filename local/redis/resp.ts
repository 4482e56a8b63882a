/**
 * The Redis serialization protocol, RESP2 and RESP3. Byte strings are JavaScript strings with one character per byte
 * (latin1), so that keys and values of any bytes pass through unchanged.
 */

/** An answer. A string is a bulk string; a Map and a Set become arrays for a client that speaks RESP2. */
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

/** What the server refuses. The message starts with Redis's own code (`ERR`, `WRONGTYPE`). */
export class RedisError extends Error {
  override name = 'RedisError';
}

/** A request that is not RESP; the connection cannot go on after it. */
export class ProtocolError extends RedisError {
  override name = 'ProtocolError';
  constructor(message: string) {
    super(`ERR Protocol error: ${message}`);
  }
}

/** One answer as bytes, in the protocol that the client asked for with HELLO. */
export function encodeReply(reply: Reply, protocol: 2 | 3): Buffer {
  return Buffer.from(encode(reply, protocol), 'latin1');
}

function encode(reply: Reply, protocol: 2 | 3): string {
  if (reply === null) return protocol === 3 ? '_\r\n' : '$-1\r\n';
  if (typeof reply === 'string') return `$${reply.length}\r\n${reply}\r\n`;
  if (typeof reply === 'number' || typeof reply === 'bigint') return `:${reply}\r\n`;
  if (reply instanceof RedisError) return `-${reply.message.replaceAll(/[\r\n]/g, ' ')}\r\n`;
  if (Array.isArray(reply)) return encodeItems('*', reply.length, reply, protocol);
  if (reply instanceof Set) return encodeItems(protocol === 3 ? '~' : '*', reply.size, reply, protocol);
  if (reply instanceof Map) {
    return protocol === 3
      ? encodeItems('%', reply.size, [...reply].flat(), protocol)
      : encodeItems('*', reply.size * 2, [...reply].flat(), protocol);
  }
  return `+${reply.simple}\r\n`;
}

function encodeItems(sign: string, size: number, items: Iterable<Reply>, protocol: 2 | 3): string {
  let text = `${sign}${size}\r\n`;
  for (const item of items) text += encode(item, protocol);
  return text;
}
