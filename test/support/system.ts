import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../../functions/deletion/ports.ts';
import { type System, type SystemOptions, startSystem } from '../../local/system.ts';
import { type Call, createApiClient } from './api-client.ts';

/** One line of the log. */
export type Logged = { level: keyof Log; message: string; fields: Record<string, unknown> };

export type TestSystem = System & {
  /** Everything logged so far, in order. */
  logged: Logged[];
  call: Call;
};

/** Quick to settle, and to notice a worker that died. Without an undo window: a deletion begins at once. */
export const QUICK = { UNDO_SECONDS: '0', SETTLE_SECONDS: '1', LEASE_SECONDS: '1', SWEEP_AFTER_SECONDS: '1' };

type Options = Partial<Pick<SystemOptions, 'storage' | 'environment' | 'folder' | 'wrap'>>;

/**
 * The whole local system on free ports, with the sample platform in it. Without a folder it gets one of its own, which goes
 * when it stops. One system in a process at a time.
 */
export async function openSystem({ storage = 's3', environment, folder, wrap }: Options = {}): Promise<TestSystem> {
  const place = folder ?? (await newFolder());
  const removeFolder = async () => {
    if (!folder) await rm(place, { recursive: true, force: true });
  };
  const logged: Logged[] = [];
  const options = {
    folder: place,
    storage,
    port: 0,
    log: collectInto(logged),
    environment: { ...QUICK, ...environment },
  };
  try {
    const system = await startSystem({ ...options, ...(wrap && { wrap }) });
    const stop = async () => {
      await system.stop();
      await removeFolder();
    };
    return { ...system, logged, call: createApiClient(system), stop };
  } catch (error) {
    await removeFolder();
    throw error;
  }
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
