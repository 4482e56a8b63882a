import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRequestParser } from '../../../local/redis/request-parser.ts';
import { ProtocolError } from '../../../local/redis/resp.ts';

describe('createRequestParser', () => {
  it('reads the requests that were written, wherever the network cuts them', () => {
    const byteString = fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
    const requests = fc.array(fc.array(byteString, { minLength: 1, maxLength: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(requests, fc.array(fc.nat({ max: 12 })), (written, cuts) => {
        const stream = Buffer.from(written.map(requestOf).join(''), 'latin1');
        expect(read(piecesOf(stream, cuts))).toEqual(written);
      }),
    );
  });

  it('reads a big value that comes in many pieces', () => {
    const value = 'x'.repeat(3_000_000);
    const stream = Buffer.from(requestOf(['SET', 'key', value]) + requestOf(['PING']), 'latin1');
    const pieces = Array.from({ length: Math.ceil(stream.length / 65_536) }, (_, n) =>
      stream.subarray(n * 65_536, (n + 1) * 65_536),
    );
    expect(read(pieces)).toEqual([['SET', 'key', value], ['PING']]);
  });

  it.each([
    ['a number where a value should be', '*1\r\n:4\r\nPING\r\n', "expected '$', got ':'"],
    ['a word for a number', '*many\r\n', 'invalid multibulk length'],
    ['too many arguments', '*9999999\r\n', 'invalid multibulk length'],
    ['too long a value', '*1\r\n$9999999999\r\n', 'invalid bulk length'],
    ['a value of no length', '*1\r\n$-1\r\n', 'invalid bulk length'],
    ['a command that is no array', 'PING\r\n', "expected '*', got 'P'"],
    ['no arguments', '*0\r\n', 'invalid multibulk length'],
  ])('refuses %s', (_, text, complaint) => {
    expect(() => read([text])).toThrow(new ProtocolError(complaint));
  });

  it('gives the requests before a broken one', () => {
    const requests = createRequestParser()
      .push(Buffer.from(`${requestOf(['PING'])}*1\r\n:`))
      [Symbol.iterator]();
    expect(requests.next().value).toEqual(['PING']);
    expect(() => requests.next()).toThrow(ProtocolError);
  });
});

function requestOf(args: readonly string[]): string {
  return `*${args.length}\r\n${args.map((arg) => `$${arg.length}\r\n${arg}\r\n`).join('')}`;
}

/** The stream in pieces of these lengths, and the rest. */
function piecesOf(stream: Buffer, lengths: readonly number[]): Buffer[] {
  let start = 0;
  const pieces = lengths.map((length) => {
    start += length;
    return stream.subarray(start - length, start);
  });
  return [...pieces, stream.subarray(start)];
}

function read(pieces: readonly (Buffer | string)[]): string[][] {
  const parser = createRequestParser();
  return pieces.flatMap((piece) => [...parser.push(Buffer.from(piece))]);
}
