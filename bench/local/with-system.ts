import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../local/part.ts';
import { type System, type SystemOptions, startSystem } from '../../local/system.ts';

/**
 * Without an undo window: a deletion begins at once. It settles for a second instead of a quarter of an hour. The lease and the
 * sweeper are as on AWS, or the sweeper would send again what merely waits its turn.
 */
const QUICK: Environment = {
  UNDO_SECONDS: '0',
  SETTLE_SECONDS: '1',
  LEASE_SECONDS: '60',
  SWEEP_AFTER_SECONDS: '120',
};

const silent = { info() {}, warn() {}, error() {} };

export type SystemToMeasure = Partial<Pick<SystemOptions, 'wrap' | 'environment' | 'storage'>>;

/** Starts the local system in a folder of its own, uses it and stops it. One at a time in a process. */
export async function withSystem<T>(
  { environment, storage = 's3', ...options }: SystemToMeasure,
  use: (system: System) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  try {
    const settings = { ...QUICK, ...environment };
    const system = await startSystem({ ...options, folder, storage, port: 0, log: silent, environment: settings });
    try {
      return await use(system);
    } finally {
      await system.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
