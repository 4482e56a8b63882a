import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import type { State, Tombstone } from '../../functions/deletion/record/tombstone.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { PATIENCE } from '../support/patience.ts';
import { newFolder, openSystem, type TestSystem } from '../support/system.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export type Ran = { code: number | null; stdout: string; stderr: string };
export type RunOps = (args: readonly string[], options?: RunOptions) => Promise<Ran>;
type RunOptions = {
  /** What is typed, or comes through a pipe. */
  input?: string;
  /** All it gets besides `PATH` and the usual. */
  environment?: Record<string, string>;
};

/** Runs the operator's command as a process of its own, to its end. */
export async function runOps(args: readonly string[], { input = '', environment = {} }: RunOptions = {}): Promise<Ran> {
  const { PATH, HOME, TMPDIR } = process.env;
  const env = { PATH, HOME, ...(TMPDIR && { TMPDIR }), NO_COLOR: '1', ...environment };
  const child = spawn(process.execPath, ['bin/ops.ts', ...args], { cwd: ROOT, env });
  // A command that asks for nothing may be gone before it has read this.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: code as number | null, stdout, stderr };
}

export type OpsSystem = TestSystem & {
  folder: string;
  ops: RunOps;
  /** Waits until the deletion is in this state. @returns it */
  until(videoId: VideoId, state: State): Promise<Tombstone>;
};

/** A system in a folder that the command is told of. */
export async function openOpsSystem(folder?: string): Promise<OpsSystem> {
  const place = folder ?? (await newFolder());
  const system = await openSystem({ folder: place });
  return {
    ...system,
    folder: place,
    ops: (args, options) => runOps([...args, '--local', place], options),
    until: (videoId, state) =>
      vi.waitFor(
        async () => {
          const tombstone = await system.ports.tombstones.find(videoId);
          if (tombstone?.state !== state) throw new Error(`${videoId} is ${tombstone?.state}, not ${state}`);
          return tombstone;
        },
        { timeout: PATIENCE, interval: 60 },
      ),
  };
}
