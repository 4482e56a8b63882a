import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { dataCommand } from './commands.ts';
import type { Keyspace } from './keyspace.ts';

/** Keeps every write, in order. The content survives a `kill -9` of the process, not a crash of the machine. */
export type Journal = { append(request: readonly string[]): void; close(): void };

/** When a key expires, in milliseconds since 1970: the journal's own command, which no client sends. */
const EXPIRES_AT = 'PEXPIREAT';

/**
 * Replays the journal into the keyspace, rewrites the file as short as possible, and appends to it from then on.
 * A line is a JSON array: the time of the command, its name and its arguments.
 */
export function openJournal(file: string, keys: Keyspace): Journal {
  if (existsSync(file)) replay(readFileSync(file, 'utf8'), keys);
  writeFileSync(
    `${file}.new`,
    snapshot(keys)
      .map((request) => lineOf(keys.now(), request))
      .join(''),
  );
  renameSync(`${file}.new`, file);

  const descriptor = openSync(file, 'a');
  let open = true;
  return {
    append: (request) => void writeSync(descriptor, lineOf(keys.now(), request)),
    close() {
      if (open) closeSync(descriptor);
      open = false;
    },
  };
}

function lineOf(at: number, request: readonly string[]): string {
  return `${JSON.stringify([at, ...request])}\n`;
}

/** An incomplete last line was cut off by a kill, before its writer had an answer: it is ignored. */
function replay(journal: string, keys: Keyspace): void {
  for (const line of journal.split('\n').slice(0, -1)) {
    const [at, name, ...args] = JSON.parse(line) as [number, string, ...string[]];
    keys.asOf(at, () => run(keys, name, args));
  }
}

function run(keys: Keyspace, name: string, args: readonly string[]): void {
  const [key = '', expiresAt] = args;
  if (name === EXPIRES_AT) keys.expireAt(key, Number(expiresAt));
  else dataCommand(name, args).run(keys, ...args);
}

/** The shortest list of commands that restores the content. */
function snapshot(keys: Keyspace): string[][] {
  return [...keys.after(0)].flatMap(({ key }) => {
    const expiresAt = keys.expiresAt(key);
    const expiry = expiresAt === undefined ? [] : [[EXPIRES_AT, key, String(expiresAt)]];
    return [contentOf(keys, key), ...expiry];
  });
}

function contentOf(keys: Keyspace, key: string): string[] {
  switch (keys.type(key)) {
    case 'set':
      return ['SADD', key, ...(keys.set(key) ?? [])];
    case 'hash':
      return ['HSET', key, ...[...(keys.hash(key) ?? [])].flat()];
    default:
      return ['SET', key, keys.string(key) ?? ''];
  }
}
