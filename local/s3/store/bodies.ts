import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BodyCount } from './changes.ts';
import type { Piece } from './model.ts';

/** The storage for bytes. Names are MD5 sums in hexadecimal. */
type BodyFiles = {
  write(name: string, data: Buffer): void;
  read(name: string, from: number, length: number): Buffer;
  delete(name: string): void;
};

/** Bodies by their content. Equal bodies are stored once, and deleted when nothing refers to them any more. */
export type Bodies = BodyCount & {
  /** Stores the bytes. They are kept only if a change retains them in the same turn of the event loop. */
  write(data: Buffer): Piece;
  /** The bytes from `from` up to, but not including, `to`, counted over all pieces. */
  read(pieces: readonly Piece[], from: number, to: number): Buffer;
};

export const inMemory = (): BodyFiles => {
  const stored = new Map<string, Buffer>();
  return {
    write: (name, data) => stored.set(name, data),
    read: (name, from, length) => (stored.get(name) ?? missing(name)).subarray(from, from + length),
    delete: (name) => stored.delete(name),
  };
};

/** Stores each body in one file of the folder. */
export const inFolder = (folder: string): BodyFiles => {
  mkdirSync(folder, { recursive: true });
  const path = (name: string) => join(folder, name);
  return {
    write: (name, data) => writeFileSync(path(name), data),
    read: (name, from, length) => readSlice(path(name), from, length),
    delete: (name) => rmSync(path(name), { force: true }),
  };
};

/** Deletes bodies that a killed process wrote but that no change refers to. */
export function deleteStrayBodies(folder: string, isNeeded: (name: string) => boolean): void {
  for (const name of readdirSync(folder)) if (!isNeeded(name)) rmSync(join(folder, name));
}

/** @param counts how many references each body already has */
export function createBodies(files: BodyFiles, counts: Map<string, { piece: Piece; references: number }>): Bodies {
  return {
    write: (data) => {
      const name = createHash('md5').update(data).digest('hex');
      const known = counts.get(name);
      if (known) return known.piece;
      files.write(name, data);
      const piece = { body: name, size: data.length };
      counts.set(name, { piece, references: 0 });
      return piece;
    },
    read: (pieces, from, to) => Buffer.concat([...slices(files, pieces, from, to)]),
    retain: ({ body, size }) => {
      const count = counts.get(body);
      if (count) count.references += 1;
      else counts.set(body, { piece: { body, size }, references: 1 });
    },
    release: ({ body }) => {
      const count = counts.get(body);
      if (!count) return;
      count.references -= 1;
      if (count.references > 0) return;
      counts.delete(body);
      files.delete(body);
    },
  };
}

function* slices(files: BodyFiles, pieces: readonly Piece[], from: number, to: number): Generator<Buffer> {
  let start = 0;
  for (const { body, size } of pieces) {
    const first = Math.max(from - start, 0);
    const last = Math.min(to - start, size);
    if (first < last) yield files.read(body, first, last - first);
    start += size;
  }
}

function readSlice(path: string, from: number, length: number): Buffer {
  if (from === 0) {
    const whole = readFileSync(path);
    if (whole.length === length) return whole;
  }
  const file = openSync(path, 'r');
  try {
    const slice = Buffer.alloc(length);
    readSync(file, slice, 0, length, from);
    return slice;
  } finally {
    closeSync(file);
  }
}

function missing(name: string): never {
  throw new Error(`The body ${name} is missing`);
}
