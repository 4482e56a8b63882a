import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import { createConsoleLog } from '../local/console-log.ts';
import { FolderNotOurs } from '../local/fresh-start.ts';
import { FolderInUse } from '../local/lock.ts';
import { REHEARSED } from '../local/rehearsal/faults.ts';
import { type System, startSystem } from '../local/system.ts';
import { ACCOUNTS } from '../platform/seed/accounts.ts';
import { SAMPLE_VIDEOS } from '../platform/seed/sample-videos.ts';

type Options = { port: number; storage: 's3' | 'local'; folder: string; fresh?: boolean; fault: string[] };

const print = (line: string) => void process.stdout.write(`${line}\n`);

await new Command('npm start --')
  .description('Runs the whole product on this machine: database, storage, cache, edge, processing, API and page.')
  .addOption(
    new Option('--port <number>', 'the port to listen on, on 127.0.0.1; 0 for any free port')
      .default(4280)
      .argParser(portFrom),
  )
  .addOption(
    new Option('--storage <kind>', 'where the videos are').choices(['s3', 'local']).default('s3').env('VIDEO_STORAGE'),
  )
  .addOption(
    new Option('--fault <names...>', 'begin with these faults, to rehearse the runbook; see docs/OPERATIONS.md')
      .choices(Object.keys(REHEARSED))
      .default([], 'none'),
  )
  .option('--folder <folder>', 'where to keep all data between two starts', '.local')
  .option('--fresh', 'delete the kept data and start with a new sample platform')
  .action(run)
  .parseAsync();

async function run({ port, storage, folder, fresh, fault }: Options): Promise<void> {
  const place = resolve(folder, storage);
  const startedAt = performance.now();
  try {
    const environment = process.env;
    const log = createConsoleLog(print);
    const isFresh = fresh ?? false;
    const system = await startSystem({ folder: place, isFresh, storage, port, environment, faults: fault, log });
    await processSamples(system);
    // Read the feed once, so that a deletion finds its pages in the cache.
    await fetch(`${system.url}/api/v1/feed`);
    welcome(system, performance.now() - startedAt);
    stopOnSignals(system);
  } catch (error) {
    process.stderr.write(`${reasonFor(error, port)}\n`);
    process.exitCode = 1;
  }
}

/** Starts processing for the sample video with the status `processing`, so that its deletion has a run to stop. */
async function processSamples({ db, process, settings }: System): Promise<void> {
  if (!settings.STATE_MACHINE_ARN) return;
  const ids = SAMPLE_VIDEOS.filter(({ status }) => status === 'processing').map(({ id }) => id);
  const waiting = await db
    .selectFrom('videos')
    .select('id')
    .where('id', 'in', ids)
    .where('deleted_at', 'is', null)
    .execute();
  for (const { id } of waiting) await process(id, 400);
}

function welcome({ url, parts, switches }: System, milliseconds: number): void {
  print(
    `${pc.bold('Video deletion')} runs on this machine (${(milliseconds / 1000).toFixed(1)} s): ${parts.names.join(', ')}`,
  );
  print('');
  for (const { name, says } of switches.list().filter(({ isOn }) => isOn)) print(`  ${pc.red(name)}: ${says}`);
  for (const { username, role } of ACCOUNTS) print(`  ${pc.cyan(`${url}/?as=${username}`)}  ${username}, ${role}`);
  print('');
  print(`  A token for the API: curl -X POST ${url}/local/accounts/${ACCOUNTS[0].userId}/token`);
  print(
    '  Deletions appear below as they run. Ctrl-C stops. The next start continues from here; --fresh starts from the beginning.',
  );
  print('');
}

function stopOnSignals(system: System): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, async () => {
      if (stopping) process.exit(1);
      stopping = true;
      print('Stopping …');
      await system.stop();
      process.exit(0);
    });
  }
}

function reasonFor(error: unknown, port: number): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE') return `Port ${port} is taken: choose another with --port`;
  const isSaid = ['WrongSettings', 'NothingToFail', 'ReceiptKeyLost'].includes(error.name);
  return isSaid || error instanceof FolderInUse || error instanceof FolderNotOurs
    ? error.message
    : (error.stack ?? error.message);
}

function portFrom(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('Expected a port from 0 to 65535.');
  return port;
}
