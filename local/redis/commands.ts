import { wrongNumberOfArguments } from './arguments.ts';
import { COLLECTION_COMMANDS } from './collection-commands.ts';
import { KEY_COMMANDS } from './key-commands.ts';
import type { Keyspace } from './keyspace.ts';
import { RedisError, type Reply } from './resp.ts';
import { STRING_COMMANDS } from './string-commands.ts';

/**
 * `arity` as Redis counts it: with the name of the command; negative means "at least". It is checked before `run`.
 * The journal keeps every command that `writes`.
 */
export type DataCommand = { arity: number; writes?: true; run(keys: Keyspace, ...args: string[]): Reply };

/** KEYS is missing on purpose: ElastiCache Serverless refuses it, too. */
const DATA_COMMANDS: Record<string, DataCommand> = { ...STRING_COMMANDS, ...COLLECTION_COMMANDS, ...KEY_COMMANDS };

/**
 * The command of this name.
 * @throws {RedisError} when there is none, or when it takes another number of arguments
 */
export function dataCommand(name: string, args: readonly string[]): DataCommand {
  const upper = name.toUpperCase();
  const command = Object.hasOwn(DATA_COMMANDS, upper) ? DATA_COMMANDS[upper] : undefined;
  if (!command) throw unknownCommand(name, args);
  if (!arityFits(command.arity, args.length + 1)) throw wrongNumberOfArguments(name.toLowerCase());
  return command;
}

export function arityFits(arity: number, given: number): boolean {
  return arity < 0 ? given >= -arity : given === arity;
}

function unknownCommand(name: string, args: readonly string[]): RedisError {
  const beginning = args.map((arg) => `'${arg}' `).join('');
  return new RedisError(
    `ERR unknown command '${name.slice(0, 128)}', with args beginning with: ${beginning.slice(0, 128)}`,
  );
}
