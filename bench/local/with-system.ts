import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../local/part.ts';
import { type System, type SystemOptions, startSystem } from '../../local/system.ts';

/**
 * Rules of the measured system. There is no undo window, so that a deletion starts at once, and it settles for one
 * second instead of fifteen minutes. Lease and sweeper are as on AWS, because a faster sweeper would send messages
 * again that are only waiting in the queue.
 */
const QUICK: Environment = {
  UNDO_SECONDS: '0',
  SETTLE_SECONDS: '1',
  LEASE_SECONDS: '60',
  SWEEP_AFTER_SECONDS: '120',
};

const silent = { info() {}, warn() {}, error() {} };

export type SystemToMeasure = Partial<Pick<SystemOptions, 'wrap' | 'environment' | 'storage'>>;

/** Starts the local system in its own folder, uses it and stops it. A process can run only one at a time. */
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
