import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import pc from 'picocolors';
import { createConsoleLog } from '../local/console-log.ts';
import { reportTable } from '../local/demo/report-table.ts';
import { type DemoOptions, type DemoResult, runDemo } from '../local/demo/run-demo.ts';
import { loadBundledHandlers, SILENT } from '../local/handlers/bundled-handlers.ts';
import type { Storage } from '../local/part.ts';

type Options = { storage: Storage; folder?: string; bundled?: true | string };

/** The exit code that shells use for a program ended by Ctrl-C. */
const INTERRUPTED = 130;

const print = (line: string) => void process.stdout.write(`${line}\n`);

await new Command('npm run demo --')
  .description(
    'Deletes one video, from DELETE to receipt, and then checks every store. Exit code 1 if anything is left.',
  )
  .addOption(new Option('--storage <kind>', 'where the video is').choices(['s3', 'local']).default('s3'))
  .option(
    '--folder <folder>',
    'where to keep all data; a demo that was killed is continued there (default: a temporary folder)',
  )
  .option(
    '--bundled [folder]',
    'run the functions as they are deployed, from this folder (like cdk.out/dev) or bundled now',
  )
  .action(run)
  .parseAsync();

async function run({ storage, folder, bundled }: Options): Promise<void> {
  const interruption = interruptible();
  const place = folder ? resolve(folder, storage) : await mkdtemp(join(tmpdir(), 'video-deletion-demo-'));
  try {
    print(pc.bold(`One video in ${storage === 's3' ? 'a bucket with versions' : 'files'}, from DELETE to receipt`));
    const log = createConsoleLog(print);
    const functions = await functionsFor(bundled);
    report(await runDemo({ folder: place, storage, ...functions, log, say: print, signal: interruption }));
  } catch (error) {
    process.exitCode = interruption.aborted ? INTERRUPTED : 1;
    if (!interruption.aborted)
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
  } finally {
    if (!folder) await rm(place, { recursive: true, force: true });
  }
  process.exit();
}

/**
 * The deployed handlers and their settings with `--bundled`. Otherwise only the settings, and the demo runs the
 * sources.
 */
async function functionsFor(bundled: Options['bundled']): Promise<Pick<DemoOptions, 'handlers' | 'environment'>> {
  if (!bundled) return { environment: process.env };
  const folder = bundled === true ? undefined : resolve(bundled);
  print(folder ? `Using the functions in ${folder}` : 'Bundling the functions as a deployment does …');
  return { environment: { ...process.env, ...SILENT }, handlers: await loadBundledHandlers(folder) };
}

function report(result: DemoResult): void {
  const { problems, seconds, whole } = result;
  print(reportTable(result));
  if (problems.length === 0) {
    print(
      pc.green(
        `Deleted, verified and signed in ${seconds.toFixed(1)} s: nothing left, ${whole.toLocaleString('en')} neighbours unchanged.`,
      ),
    );
    return;
  }
  print(pc.red(`Not as promised after ${seconds.toFixed(1)} s:`));
  for (const problem of problems) print(`  ${problem}`);
  process.exitCode = 1;
}

/** Ctrl-C stops everything and cleans up. A second Ctrl-C ends the process at once. */
function interruptible(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(INTERRUPTED);
      print('Stopping …');
      controller.abort();
    });
  }
  return controller.signal;
}
