import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import { expediteDeletion } from '../functions/deletion/requests/expedite-deletion.ts';
import { requestDeletion } from '../functions/deletion/requests/request-deletion.ts';
import { parseVideoId } from '../functions/deletion/video-id.ts';
import { createConsoleLog } from '../local/console-log.ts';
import { REHEARSED } from '../local/rehearsal/faults.ts';
import { type System, startSystem } from '../local/system.ts';
import { whyNotStarted } from '../local/why-not-started.ts';
import { duration } from '../ops/parsers.ts';
import { ACCOUNTS, userIdOf } from '../platform/seed/accounts.ts';
import { SAMPLE_VIDEOS } from '../platform/seed/sample-videos.ts';

type Options = {
  port: number;
  storage: 's3' | 'local';
  /** In seconds. */
  undo?: number;
  folder: string;
  fresh?: boolean;
  fault: string[];
};

/** Long enough to try the bin, and to see the end of it. */
const WINDOW_SECONDS = 300;
/** In a shorter window, copies at the edge may be played until the work begins. */
const WINDOW_WITHOUT_GATE = 60;
/** How many sample videos are in the bin at the first start. */
const IN_BIN = 3;

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
  .addOption(
    new Option('--undo <duration>', 'how long a deletion can be undone: 10s, 5m, 30d; UNDO_SECONDS says it as well')
      .argParser(duration)
      .default(undefined, '5m'),
  )
  .option('--folder <folder>', 'where to keep all data between two starts', '.local')
  .option('--fresh', 'delete the kept data and start with a new sample platform')
  .action(run)
  .parseAsync();

async function run({ port, storage, undo, folder, fresh, fault }: Options): Promise<void> {
  const place = resolve(folder, storage);
  const startedAt = performance.now();
  let system: System | undefined;
  try {
    const environment = { ...process.env, ...windowOf(undo) };
    const log = createConsoleLog(print);
    const isFresh = fresh ?? false;
    system = await startSystem({ folder: place, isFresh, storage, port, environment, faults: fault, log });
    await processSamples(system);
    await fillBin(system);
    // Read the feed once, so that a deletion finds its pages in the cache.
    await fetch(`${system.url}/api/v1/feed`);
    welcome(system, performance.now() - startedAt);
    stopOnSignals(system);
  } catch (error) {
    process.stderr.write(`${whyNotStarted(error, { port, folder: place })}\n`);
    process.exitCode = 1;
    await system?.stop();
  }
}

/** Behind a gate, nobody plays a video while it can still be restored. */
function windowOf(undo: number | undefined): Record<string, string> {
  const { UNDO_SECONDS, EDGE_MODE } = process.env;
  if (undo === undefined && UNDO_SECONDS) return {};
  const seconds = undo ?? WINDOW_SECONDS;
  return { UNDO_SECONDS: `${seconds}`, ...(seconds > WINDOW_WITHOUT_GATE && !EDGE_MODE && { EDGE_MODE: 'both' }) };
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

/** At the first start, the bin is not empty: some videos wait in it, and one is being deleted. */
async function fillBin({ ports, settings }: System): Promise<void> {
  if (settings.UNDO_SECONDS <= WINDOW_WITHOUT_GATE) return;
  const own = SAMPLE_VIDEOS.filter(({ owner, status }) => owner === 'ana' && status === 'ready');
  const binned = own.slice(-IN_BIN).map(({ id }) => parseVideoId(id));
  const known = await Promise.all(binned.map((videoId) => ports.tombstones.find(videoId)));
  if (known.some((tombstone) => tombstone !== undefined)) return;
  const callerId = userIdOf('ana');
  for (const videoId of binned) await requestDeletion(ports, { videoId, callerId });
  for (const videoId of binned.slice(0, 1)) await expediteDeletion(ports, { videoId, callerId });
}

function welcome({ url, parts, switches }: System, milliseconds: number): void {
  print(
    `${pc.bold('Video deletion')} runs on this machine (${(milliseconds / 1000).toFixed(1)} s): ${parts.names.join(', ')}`,
  );
  print('');
  for (const { name, says } of switches.list().filter(({ isOn }) => isOn)) print(`  ${pc.red(name)}: ${says}`);
  for (const { userId, username, role } of ACCOUNTS) {
    print(`  ${pc.cyan(`${url}/?as=${username}`)}  ${username}, ${role}`);
    print(pc.dim(`    token: curl -sX POST ${url}/local/accounts/${userId}/token`));
  }
  print('');
  print(`  ${pc.cyan(`${url}/?as=ana#/deleted`)}  recently deleted`);
  print(`  ${pc.cyan(`${url}/?as=rosa#/console`)}  the console`);
  print(`  ${pc.cyan(`${url}/local/api`)}  the API, to read and to try; its description is at /openapi.json`);
  print('');
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

function portFrom(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('Expected a port from 0 to 65535.');
  return port;
}
