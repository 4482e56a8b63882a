import { ProtocolError } from './resp.ts';

/** Redis's own limits: `proto-max-bulk-len`, and the number of arguments of one command. */
const MAX_BULK_BYTES = 512 * 1024 * 1024;
const MAX_ARGUMENTS = 1024 * 1024;

const LINE_END = '\r\n';

/** A request and where it ends, or how many bytes must be there before another attempt makes sense. */
type Parsed = { args: string[]; end: number } | { needed: number };

/** Cuts a stream of bytes into requests: the name of a command and its arguments, as byte strings. */
export type RequestParser = {
  /**
   * Adds the next bytes and yields the requests that are complete now, in order. The requests before a broken one come
   * first.
   * @throws {ProtocolError} at what is not RESP
   */
  push(chunk: Buffer): Iterable<string[]>;
};

/** A parser for one connection. It joins a big value once, when all of it has arrived. */
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
        yield parsed.args;
        parsed = parseRequest(bytes, start);
      }
      chunks = [bytes.subarray(start)];
      size = bytes.length - start;
      needed = parsed.needed - start;
    },
  };
}

function parseRequest(bytes: Buffer, start: number): Parsed {
  const line = lineAt(bytes, start, '*');
  if (!line) return { needed: bytes.length + 1 };
  const count = lengthIn(line.text, 1, MAX_ARGUMENTS, 'invalid multibulk length');
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
  const line = lineAt(bytes, start, '$');
  if (!line) return { needed: bytes.length + 1 };
  const length = lengthIn(line.text, 0, MAX_BULK_BYTES, 'invalid bulk length');
  const end = line.end + length + 2;
  if (bytes.length < end) return { needed: end };
  return { args: [bytes.toString('latin1', line.end, line.end + length)], end };
}

/** The number after `sign`, as text, once its line has arrived. */
function lineAt(bytes: Buffer, start: number, sign: '*' | '$'): { text: string; end: number } | undefined {
  const found = bytes.toString('latin1', start, start + 1);
  if (found !== '' && found !== sign) throw new ProtocolError(`expected '${sign}', got '${found}'`);
  const end = bytes.indexOf(LINE_END, start);
  if (end === -1) return undefined;
  return { text: bytes.toString('latin1', start + 1, end), end: end + LINE_END.length };
}

function lengthIn(text: string, least: number, most: number, complaint: string): number {
  const length = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(length >= least && length <= most)) throw new ProtocolError(complaint);
  return length;
}
