import { join } from 'node:path';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { Kysely } from 'kysely';
import type { Log } from '../functions/deletion/ports.ts';
import { checkSettings, readSettings, type Settings, WrongSettings } from '../functions/settings/settings.ts';
import { connectDatabase } from '../functions/stores/postgres/connect-database.ts';
import type { Database } from '../functions/stores/postgres/database.ts';
import { databaseAddress } from '../functions/stores/postgres/database-address.ts';
import { migrate } from '../functions/stores/postgres/migrations/migrate.ts';
import manifest from '../package.json' with { type: 'json' };
import { startProcessingRun } from '../platform/processing/start-run.ts';
import { migrate as migratePlatform } from '../platform/schema/migrate.ts';
import { seedPlatform } from '../platform/seed/seed-platform.ts';
import { prepareFolder } from './fresh-start.ts';
import { ISSUER, openPort } from './gateway/open-port.ts';
import { connectHandlers, type Handlers } from './handlers/handlers.ts';
import { startWorkers } from './handlers/workers.ts';
import { connectPorts, type LocalPorts } from './local-ports.ts';
import { lockFolder } from './lock.ts';
import type { Environment, Storage } from './part.ts';
import { type Parts, startParts } from './parts.ts';
import { createSwitches, type Switches } from './rehearsal/switches.ts';
import { publishSettings, STAND_IN_CREDENTIALS } from './running-settings.ts';
import { createIssuer, type Issuer } from './sign-in/issuer.ts';

export type SystemOptions = {
  folder: string;
  storage: Storage;
  /** 0: any free port. */
  port: number;
  environment: Environment;
  log: Log;
  /** Begins without the content of the folder, which is deleted once the system runs. */
  isFresh?: boolean;
  /** How long the sample platform takes to transcode one segment. */
  segmentMilliseconds?: number;
  /** Wraps the ports of the functions, so that tests can add faults and barriers. */
  wrap?: (ports: LocalPorts) => LocalPorts;
  /** Faults that are on from the beginning: names of `REHEARSED`. The cache is then a stand-in. */
  faults?: readonly string[];
  /** Functions to use instead of the sources. They make their own connections with the settings in `process.env`. */
  handlers?: Handlers;
};

export type System = {
  url: string;
  settings: Settings;
  parts: Parts;
  ports: LocalPorts;
  db: Kysely<Database>;
  issuer: Issuer;
  switches: Switches;
  /** The processing of uploads, as the platform starts it. */
  process(videoId: string, segments?: number): Promise<string>;
  stop(): Promise<void>;
};

/** Rules that differ on one machine: it settles sooner, and notices a dead worker sooner. */
const USUAL: Environment = {
  RELEASE: manifest.version,
  SETTLE_SECONDS: '3',
  LEASE_SECONDS: '10',
  SWEEP_AFTER_SECONDS: '2',
};

const SEGMENT_MILLISECONDS = 1_500;

/**
 * The whole product in one process: the functions that run on AWS, with stand-ins for AWS around them. It sets the
 * SDK's settings in `process.env`, so only one system can run in a process at a time.
 * @throws {WrongSettings} {FolderInUse} {FolderNotOurs} {ReceiptKeyLost}
 */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { folder, log, segmentMilliseconds = SEGMENT_MILLISECONDS } = options;
  checkSettings(options.environment);
  checkBucket(options);
  const cleanUp: (() => Promise<unknown>)[] = [await lockFolder(folder)];
  const stop = async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  };
  try {
    const prepared = await prepareFolder(folder, { isFresh: options.isFresh ?? false });
    cleanUp.push(prepared.undo);
    const usesStandIns = options.faults?.some((name) => name.startsWith('cache-')) ?? false;
    const parts = await startParts({ ...options, segmentMilliseconds, usesStandIns });
    cleanUp.push(parts.stop);
    const environment = environmentOf({ ...USUAL, ...options.environment, ...parts.settings, ...keyIn(options) });
    cleanUp.push(apply(environment));
    const settings = readSettings(environment);

    const db = connectDatabase(databaseAddress(settings), { maxConnections: 10 });
    cleanUp.push(() => db.destroy());
    await preparePlatform(db, { ...options, putFile: parts.putFile });

    const connected = connectPorts(settings, log);
    cleanUp.push(connected.close);
    const ports = options.wrap?.(connected) ?? connected;
    // A key that is lost is found now, not when the first deletion ends.
    await connected.signer.publicKeys();

    const issuer = await createIssuer({ folder, ...ISSUER });
    const handlers = options.handlers ?? connectHandlers(ports);
    const switches = createSwitches({ ...parts, db });
    await switches.clear();
    for (const name of options.faults ?? []) await switches.on(name);
    cleanUp.push(switches.clear);
    const running = { settings, ports, db, issuer, parts, switches };
    const { url, stop: close } = await openPort({ ...options, handlers }, running);
    cleanUp.push(close, startWorkers({ settings, handlers, log }).stop);
    cleanUp.push(await publishSettings(folder, environment));
    await prepared.succeeded();
    return { ...running, url, process: processing(settings, db), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** An endpoint alone would be ignored, and the stand-in used: nobody would expect that. */
function checkBucket({ storage, environment: { STORAGE_ENDPOINT, VIDEO_BUCKET } }: SystemOptions): void {
  if (storage === 's3' && STORAGE_ENDPOINT && !VIDEO_BUCKET)
    throw new WrongSettings('STORAGE_ENDPOINT is set without VIDEO_BUCKET: name the bucket as well, or neither');
}

function environmentOf(given: Environment): Environment {
  return { ...(process.env.AWS_ACCESS_KEY_ID ? {} : STAND_IN_CREDENTIALS), ...given };
}

/** Sets the functions' settings in `process.env`. @returns a function that restores the earlier values */
function apply(environment: Environment): () => Promise<void> {
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  const set = (values: Iterable<readonly [string, string | undefined]>) => {
    for (const [name, value] of values) {
      // `process.env` would store an undefined value as the text "undefined".
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
  set(Object.entries(environment));
  return async () => set(before);
}

function keyIn({ folder, environment }: SystemOptions): Environment {
  return environment.RECEIPT_KEY_ID ? {} : { RECEIPT_KEY_FILE: join(folder, 'receipt-key.json') };
}

async function preparePlatform(
  db: Kysely<Database>,
  { storage, putFile }: Pick<SystemOptions, 'storage'> & Pick<Parts, 'putFile'>,
): Promise<void> {
  await migratePlatform(db);
  await migrate(db);
  // Relative addresses: the page serves the edge from its own origin.
  await seedPlatform({ db, putFile, cdnUrl: '', layout: storage });
}

function processing({ STATE_MACHINE_ARN: stateMachineArn }: Settings, db: Kysely<Database>): System['process'] {
  const client = new SFNClient({ disableHostPrefix: true });
  return async (videoId, segments) => {
    if (!stateMachineArn) throw new Error('STATE_MACHINE_ARN is not set: nothing here processes videos');
    return await startProcessingRun({ client, stateMachineArn, db }, { videoId, ...(segments && { segments }) });
  };
}
