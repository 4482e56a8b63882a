import { Command, CommanderError, Option } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { addCheckDataMap } from './commands/check-data-map.ts';
import { addCheckStorage } from './commands/check-storage.ts';
import { addCompletion } from './commands/completion.ts';
import { addHold } from './commands/hold.ts';
import { addMigrate } from './commands/migrate.ts';
import { addOrphans } from './commands/orphans.ts';
import { addReapply } from './commands/reapply.ts';
import { addRelease } from './commands/release.ts';
import { addReplay } from './commands/replay.ts';
import { addRetry } from './commands/retry.ts';
import { addShow } from './commands/show.ts';
import { addVerify } from './commands/verify.ts';
import { addVerifyReceipt } from './commands/verify-receipt.ts';
import { EXIT, errorJson, exitCodeOf, lineOf } from './exits.ts';
import { addList } from './lists/list.ts';
import { addStats } from './lists/stats.ts';
import { addWatch } from './lists/watch.ts';
import { operatorId } from './parsers.ts';
import { addDeadLetters } from './queues/dead-letters.ts';
import { addRedrive } from './queues/redrive.ts';
import { addTryOut } from './try-out/try-out.ts';
import { visibleJson } from './visible.ts';

const ABOUT = `Operates deletions: lists, replays and holds them, checks every store, and verifies receipts.

It reads the same settings as the functions. Without DELETIONS_TABLE, it uses the system that npm start runs here.`;

const ENDING = `
Exit codes: 0 done, 1 something was found or failed, 2 wrong usage or settings, 3 a store did not answer.
With --json, standard output is one JSON document: npm run --silent ops -- list --json`;

/** Runs one command and prints its errors. @returns its exit code */
export async function runOperator(args: readonly string[]): Promise<number> {
  const isJson = args.includes('--json');
  const program = createProgram({ isSilent: isJson });
  try {
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? EXIT.done);
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.done;
      // Otherwise commander has printed what is wrong.
      if (isJson) process.stderr.write(`${visibleJson(usageJson(error))}\n`);
      return EXIT.usage;
    }
    process.stderr.write(isJson ? `${visibleJson(errorJson(error))}\n` : `error: ${lineOf(error)}\n`);
    return exitCodeOf(error);
  }
}

/** What commander says, for a program: without the word that begins its lines. */
function usageJson({ message }: CommanderError) {
  return { error: { code: 'WrongUsage', message: message.replace(/^error: /, '') } };
}

/** `isSilent`: commander prints no mistake by itself. Commands that are added inherit it. */
function createProgram({ isSilent }: { isSilent: boolean }): Command {
  const program = new Command('npm run ops --')
    .configureOutput({ writeErr: (text) => void (isSilent || process.stderr.write(text)) })
    .description(ABOUT)
    .version(manifest.version, '--version', 'print the version')
    .addHelpText('after', ENDING)
    .configureHelp({ showGlobalOptions: true, sortSubcommands: true })
    .showSuggestionAfterError()
    .exitOverride()
    .option('--json', 'print one JSON document and nothing else')
    .option('--local <folder>', 'use the system that runs in this folder or in a folder directly below it')
    .addOption(
      new Option('--as <uuid>', 'your account id, which the history records as claimed (without it: "operator")')
        .env('OPERATOR_ID')
        .argParser(operatorId),
    )
    .option('--log', 'write log lines and metrics to standard error, as JSON for CloudWatch');
  for (const add of COMMANDS) add(program);
  return program;
}

const COMMANDS = [
  addList,
  addShow,
  addReplay,
  addRetry,
  addRedrive,
  addHold,
  addRelease,
  addVerify,
  addVerifyReceipt,
  addReapply,
  addOrphans,
  addCheckDataMap,
  addCheckStorage,
  addMigrate,
  addStats,
  addWatch,
  addDeadLetters,
  addCompletion,
  addTryOut,
];
