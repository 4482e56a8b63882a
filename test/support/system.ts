import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../../functions/deletion/ports.ts';
import { type System, type SystemOptions, startSystem } from '../../local/system.ts';
import { type Call, createApiClient } from './api-client.ts';
import { freshDatabase } from './postgres.ts';

/** One line of the log. */
export type Logged = { level: keyof Log; message: string; fields: Record<string, unknown> };

export type TestSystem = System & {
  /** Everything logged so far, in order. */
  logged: Logged[];
  call: Call;
};

/** Quick to settle, and to notice a worker that died. Without an undo window: a deletion begins at once. */
export const QUICK = { UNDO_SECONDS: '0', SETTLE_SECONDS: '1', LEASE_SECONDS: '1', SWEEP_AFTER_SECONDS: '1' };

type Options = Partial<Pick<SystemOptions, 'storage' | 'environment' | 'folder' | 'wrap' | 'faults'>>;

/**
 * The whole local system on free ports, with the sample platform in it. Without a folder it gets its own folder, and a
 * database on the run's server; both are deleted when it stops. A process can run only one system at a time.
 */
export async function openSystem({
  storage = 's3',
  environment,
  folder,
  wrap,
  faults,
}: Options = {}): Promise<TestSystem> {
  const place = folder ? { folder, settings: {}, remove: async () => {} } : await newPlace();
  const logged: Logged[] = [];
  const options = {
    folder: place.folder,
    storage,
    port: 0,
    log: collectInto(logged),
    environment: { ...QUICK, ...place.settings, ...environment },
  };
  try {
    const system = await startSystem({ ...options, ...(wrap && { wrap }), ...(faults && { faults }) });
    const stop = async () => {
      await system.stop();
      await place.remove();
    };
    return { ...system, logged, call: createApiClient(system), stop };
  } catch (error) {
    await place.remove();
    throw error;
  }
}

/** For a system that starts only once. Its own database server would take a second of CPU and change nothing else. */
async function newPlace() {
  const [folder, database] = await Promise.all([newFolder(), freshDatabase()]);
  const remove = async () => {
    await Promise.all([rm(folder, { recursive: true, force: true }), database.drop()]);
  };
  return { folder, settings: { DATABASE_URL: database.url }, remove };
}

/** An empty folder for a system. */
export function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'system-'));
}

function collectInto(logged: Logged[]): Log {
  const at =
    (level: keyof Log) =>
    (message: string, fields: Record<string, unknown> = {}) =>
      void logged.push({ level, message, fields });
  return { info: at('info'), warn: at('warn'), error: at('error') };
}
