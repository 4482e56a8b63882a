import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, vi } from 'vitest';
import { PATIENCE } from './patience.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export type Child = {
  pid: number;
  /** What it has printed so far. */
  output: { stdout: string; stderr: string };
  /** Waits until it has printed this, by default for 20 seconds. @returns the match @throws when it ends before */
  until(pattern: RegExp, milliseconds?: number): Promise<RegExpExecArray>;
  /** As Ctrl-C in a terminal: interrupts it, and with it all that it has started. */
  interrupt(): void;
  /** Ends it alone and at once. */
  kill(): void;
  /** Waits until it has ended. `code` is null when a signal ended it. */
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
};

/** Runs a script of the project with the project's Node. `environment` is all it gets besides `PATH` and the usual. */
export function startChild(script: string, args: string[], environment: Record<string, string> = {}): Child {
  const { PATH, HOME, TMPDIR } = process.env;
  const env = { PATH, HOME, ...(TMPDIR && { TMPDIR }), NO_COLOR: '1', ...environment };
  const child = spawn(process.execPath, [script, ...args], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, as a terminal gives to each command.
    detached: true,
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  let isOver = false;
  // `close` and not `exit`: by then everything that it printed has been read.
  const ended = once(child, 'close').then(([code]) => {
    isOver = true;
    return { code: code as number | null, ...output };
  });
  return {
    pid: child.pid ?? 0,
    output,
    until: (pattern, milliseconds = PATIENCE) =>
      vi.waitFor(
        () => {
          const match = pattern.exec(output.stdout);
          if (match || isOver) return match ?? Promise.reject(new Error(`It ended: ${output.stderr}`));
          throw new Error(`It has not printed ${pattern} but ${output.stdout}${output.stderr}`);
        },
        { timeout: milliseconds, interval: 20 },
      ),
    interrupt: () => {
      if (!isOver && child.pid) process.kill(-child.pid, 'SIGINT');
    },
    kill: () => void child.kill('SIGKILL'),
    ended,
  };
}

/**
 * Waits until a process is gone. If its parent was killed, it stays listed until another process has collected its exit
 * code.
 */
export async function untilGone(pid: number): Promise<void> {
  await expect.poll(() => isThere(pid), { message: `process ${pid} is there` }).toBe(false);
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
