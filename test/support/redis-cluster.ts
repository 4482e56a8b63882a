import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type RedisClientType } from '@redis/client';
import { vi } from 'vitest';
import { PATIENCE } from './patience.ts';

const SLOTS = 16_384;

export type RedisCluster = {
  /** The nodes, in the order of their slots. */
  urls: string[];
  /** Stops one node. It does not come back. */
  stopNode(n: number): Promise<void>;
  stop(): Promise<void>;
};

type Node = { port: number; bus: number };

/** A cluster of three `redis-server` processes, without replicas. Each has a third of the slots. */
export async function startRedisCluster(executable: string): Promise<RedisCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'redis-cluster-'));
  const ports = await freePorts(6);
  const nodes = [0, 1, 2].map((n) => ({ port: ports[n] as number, bus: ports[n + 3] as number }));
  const servers = nodes.map((node) => spawn(executable, argumentsOf(folder, node), { stdio: 'ignore' }));
  const stop = async () => {
    await Promise.all(servers.map(stopServer));
    await rm(folder, { recursive: true });
  };
  try {
    await bringTogether(nodes);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    urls: nodes.map(urlOf),
    async stopNode(n) {
      for (const server of servers.slice(n, n + 1)) await stopServer(server);
    },
    stop,
  };
}

async function bringTogether(nodes: readonly Node[]): Promise<void> {
  const clients = nodes.map((node): RedisClientType => createClient({ url: urlOf(node) }));
  for (const client of clients) client.on('error', () => undefined);
  await Promise.all(clients.map((client) => client.connect()));
  for (const [n, client] of clients.entries()) {
    await client.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', ...rangeOf(n)]);
    for (const { port, bus } of nodes.slice(0, n)) {
      await client.sendCommand(['CLUSTER', 'MEET', '127.0.0.1', `${port}`, `${bus}`]);
    }
  }
  await vi.waitFor(() => Promise.all(clients.map(expectAgreement)), PATIENCE);
  for (const client of clients) client.destroy();
}

const urlOf = ({ port }: Node) => `redis://127.0.0.1:${port}`;

function argumentsOf(folder: string, { port, bus }: Node): string[] {
  const files = ['--dir', folder, '--save', '', '--cluster-config-file', `nodes-${port}.conf`];
  const addresses = ['--bind', '127.0.0.1', '--port', `${port}`, '--cluster-port', `${bus}`];
  return ['--cluster-enabled', 'yes', ...files, ...addresses];
}

function rangeOf(n: number): [string, string] {
  return [`${Math.ceil((n * SLOTS) / 3)}`, `${Math.ceil(((n + 1) * SLOTS) / 3) - 1}`];
}

async function expectAgreement(client: RedisClientType): Promise<void> {
  const info = String(await client.sendCommand(['CLUSTER', 'INFO']));
  if (!info.includes('cluster_state:ok') || !info.includes('cluster_size:3')) throw new Error(info);
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGKILL');
  await exited;
}

/** All ports are held at the same time, so that no two are the same. */
async function freePorts(count: number): Promise<number[]> {
  const probes = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(probes.map((probe) => once(probe, 'listening')));
  const ports = probes.map((probe) => (probe.address() as { port: number }).port);
  await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))));
  return ports;
}
