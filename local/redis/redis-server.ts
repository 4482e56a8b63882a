import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { forgetRunning, rememberRunning, stopOrphan } from './redis-orphan.ts';

/**
 * Starts a real Redis on the loopback interface and a free port. With a folder, it first stops a server that an earlier
 * process left running there, and the new one keeps an append-only file in it.
 * @throws with the end of the server's log when it does not start
 */
export async function startRedisServer(
  executable: string,
  folder?: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  if (folder) {
    mkdirSync(folder, { recursive: true });
    await stopOrphan(folder);
  }
  const { child, port } = await startOnFreePort(executable, folder);
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit');
        child.kill('SIGTERM');
        await exited;
      }
      if (folder) forgetRunning(folder);
    },
  };
}

/** Somebody else may take the port between its choice and the server's start. */
const MOST_PORTS = 5;

async function startOnFreePort(executable: string, folder: string | undefined) {
  for (let tried = 1; ; tried += 1) {
    const port = await freePort();
    const child = spawn(executable, serverArguments(port, folder), { stdio: ['ignore', 'pipe', 'pipe'] });
    if (folder) rememberRunning(folder, { pid: child.pid ?? 0, port });
    try {
      await untilReady(child);
      return { child, port };
    } catch (error) {
      if (tried === MOST_PORTS || !/Address already in use/.test(String(error))) throw error;
    }
  }
}

function serverArguments(port: number, folder: string | undefined): string[] {
  const persistence = folder
    ? ['--appendonly', 'yes', '--dir', resolve(folder)]
    : ['--appendonly', 'no', '--dir', tmpdir()];
  return ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--daemonize', 'no', ...persistence];
}

/** For Redis, port 0 means no TCP. So this asks the system for a free port, and releases it again. */
async function freePort(): Promise<number> {
  const server = createServer().listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Keeps reading the server's output afterwards: a full pipe would block it. */
async function untilReady(child: ChildProcessByStdio<null, Readable, Readable>): Promise<void> {
  let lastLines: string[] = [];
  const ready = new Promise<void>((isReady) => {
    const hear = (line: string) => {
      lastLines = [...lastLines.slice(-4), line];
      if (line.includes('Ready to accept connections')) isReady();
    };
    createInterface({ input: child.stdout }).on('line', hear);
    createInterface({ input: child.stderr }).on('line', hear);
  });
  const exited = once(child, 'close').then(() => {
    throw new Error(`redis-server did not start: ${lastLines.join(' / ')}`);
  });
  await Promise.race([ready, exited]);
}
