import { ProtocolError } from './resp.ts';

/** Redis's own limits: `proto-max-bulk-len`, the length of an inline request, and the arguments of one command. */
const MAX_BULK_BYTES = 512 * 1024 * 1024;
const MAX_LINE_BYTES = 64 * 1024;
const MAX_ARGUMENTS = 1024 * 1024;

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const ARRAY_SIGN = 0x2a;
const BULK_SIGN = 0x24;

/** Where a request ends, or how many bytes there must be at least before it makes sense to look again. */
type Parsed = { args: string[]; end: number } | { needed: number };

/** Cuts a stream of bytes into requests; each is a command name and its arguments as byte strings. */
export type RequestParser = {
  /**
   * Takes the next bytes and gives the requests that are complete now, in order. Lazily: those before a broken one
   * come out first.
   * @throws {ProtocolError} at what is not RESP
   */
  push(chunk: Buffer): Iterable<string[]>;
};

/** A parser for one connection. A big value is joined once, when all of it has arrived. */
export function createRequestParser(): RequestParser {
  let chunks: Buffer[] = [];
  let size = 0;
  let needed = 1;

  return {
    *push(chunk) {
      chunks.push(chunk);
      size += chunk.length;
      if (size < needed) return;

      const bytes = Buffer.concat(chunks);
      let start = 0;
      let parsed = parseRequest(bytes, start);
      while ('args' in parsed) {
        start = parsed.end;
        if (parsed.args.length > 0) yield parsed.args;
        parsed = parseRequest(bytes, start);
      }
      chunks = [bytes.subarray(start)];
      size = bytes.length - start;
      needed = parsed.needed - start;
    },
  };
}

function parseRequest(bytes: Buffer, start: number): Parsed {
  const line = lineAt(bytes, start);
  if (!line) return { needed: bytes.length + 1 };
  if (bytes[start] !== ARRAY_SIGN) {
    return { args: line.text.split(/\s+/).filter((word) => word !== ''), end: line.end };
  }

  // Redis takes a negative number of arguments for none.
  const count = lengthIn(line.text, -MAX_ARGUMENTS, MAX_ARGUMENTS, 'invalid multibulk length');
  const args: string[] = [];
  let position = line.end;
  while (args.length < count) {
    const bulk = parseBulk(bytes, position);
    if ('needed' in bulk) return bulk;
    args.push(...bulk.args);
    position = bulk.end;
  }
  return { args, end: position };
}

function parseBulk(bytes: Buffer, start: number): Parsed {
  const sign = bytes[start];
  if (sign !== undefined && sign !== BULK_SIGN) {
    throw new ProtocolError(`expected '$', got '${String.fromCharCode(sign)}'`);
  }
  const line = lineAt(bytes, start);
  if (!line) return { needed: bytes.length + 1 };

  const length = lengthIn(line.text, 0, MAX_BULK_BYTES, 'invalid bulk length');
  const end = line.end + length + 2;
  if (bytes.length < end) return { needed: end };
  return { args: [bytes.toString('latin1', line.end, line.end + length)], end };
}

function lineAt(bytes: Buffer, start: number): { text: string; end: number } | undefined {
  const feed = bytes.indexOf(LINE_FEED, start);
  if (feed === -1) {
    if (bytes.length - start > MAX_LINE_BYTES) throw new ProtocolError('too big inline request');
    return undefined;
  }
  const end = bytes[feed - 1] === CARRIAGE_RETURN ? feed - 1 : feed;
  return { text: bytes.toString('latin1', start, end), end: feed + 1 };
}

function lengthIn(line: string, least: number, most: number, complaint: string): number {
  const length = /^.-?\d{1,10}$/.test(line) ? Number(line.slice(1)) : Number.NaN;
  if (!(length >= least && length <= most)) throw new ProtocolError(complaint);
  return length;
}
