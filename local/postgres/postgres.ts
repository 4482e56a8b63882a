import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Command, choosePostgresAccount, type PostgresAccount } from './postgres-account.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { stopOrphan } from './postgres-orphan.ts';

export type PostgresOptions = {
  /** The folder that keeps the data between starts. */
  folder: string;
  /** False for data that may be lost in a power cut (tests): nothing is flushed to the disk. */
  durable?: boolean;
  /** The password that every client needs. Absent (tests): everybody on this machine gets in. */
  password?: string;
  /** Whether root may use user namespaces. By default this is tried out. */
  namespaces?: boolean;
};

export type PostgresServer = { url: string; stop(): Promise<void> };

const LOG = 'postgres.log';
const WITH_PASSWORD = 'host all all 127.0.0.1/32 scram-sha-256\n';
const LOOPBACK = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='];
const THROW_AWAY = ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'];

/**
 * Starts our own PostgreSQL server on a free port of the loopback interface. The first start creates the data folder. A
 * server that a killed process has left running is stopped first.
 * @throws with the end of the server's log when it does not start
 */
export async function startPostgres({
  folder,
  durable = true,
  namespaces,
  password,
}: PostgresOptions): Promise<PostgresServer> {
  const account = await choosePostgresAccount(await findPostgresBinaries(), resolve(folder), namespaces);
  const dataFolder = join(account.home, 'data');
  const ownerFile = join(account.home, 'owner.pid');
  await stopOrphan(dataFolder, await ownerIn(ownerFile));
  await createData(account, dataFolder);
  if (password !== undefined) await demandPassword(account, dataFolder, password);
  const port = await freePort();
  const settings = ['-p', String(port), ...LOOPBACK, ...(durable ? [] : THROW_AWAY)];
  const server = await run(account, account.command('postgres', ['-D', dataFolder, ...settings]));
  await untilReady(server, dataFolder, join(account.home, LOG));
  await writeFile(ownerFile, String(process.pid));
  const user = password === undefined ? 'postgres' : `postgres:${encodeURIComponent(password)}`;
  return { url: `postgres://${user}@127.0.0.1:${port}/postgres`, stop: stopperOf(server) };
}

async function ownerIn(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text === '' ? undefined : Number(text);
}

/**
 * Uses a temporary name until the data folder is complete, so that an interrupted first start leaves nothing that looks
 * like a database.
 */
async function createData(account: PostgresAccount, dataFolder: string): Promise<void> {
  if (existsSync(dataFolder)) return;
  const unfinished = `${dataFolder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const settings = ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
  const initdb = await run(account, account.command('initdb', ['-D', unfinished, ...settings]));
  const [code] = await once(initdb, 'exit');
  if (code !== 0) throw new Error(`initdb failed: ${await tailOf(join(account.home, LOG))}`);
  await rename(unfinished, dataFolder);
}

/**
 * Sets the password before anybody can connect, in PostgreSQL's single-user mode, and lets nobody in without it. The
 * file says for which password that was done.
 */
async function demandPassword(account: PostgresAccount, dataFolder: string, password: string): Promise<void> {
  const access = join(dataFolder, 'pg_hba.conf');
  const wanted = `# ${createHash('sha256').update(password).digest('hex')}\n${WITH_PASSWORD}`;
  if ((await readFile(access, 'utf8')) === wanted) return;
  const statement = `alter role postgres password '${password.replaceAll("'", "''")}';\n`;
  const single = await run(account, account.command('postgres', ['--single', '-D', dataFolder, 'postgres']), 'pipe');
  const exited = once(single, 'exit');
  single.stdin?.end(statement);
  const [code] = await exited;
  if (code !== 0) throw new Error(`The password was not set: ${await tailOf(join(account.home, LOG))}`);
  await writeFile(access, wanted);
}

/**
 * It runs outside of our process group, so that Ctrl+C reaches us first: we stop everything that uses the database
 * before it.
 */
async function run(
  { home }: PostgresAccount,
  { file, args, account }: Command,
  input: 'ignore' | 'pipe' = 'ignore',
): Promise<ChildProcess> {
  const log = openSync(join(home, LOG), 'w');
  const env = { ...process.env, LC_ALL: 'C' };
  const child = spawn(file, args, { ...account, cwd: home, env, detached: true, stdio: [input, log, log] });
  closeSync(log);
  await Promise.race([once(child, 'spawn'), once(child, 'error').then(([error]) => Promise.reject(error))]);
  return child;
}

/** The server writes its state into the eighth line of its lock file. */
async function untilReady(server: ChildProcess, dataFolder: string, log: string): Promise<void> {
  while (server.exitCode === null && server.signalCode === null) {
    const lines = (await readFile(join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    if (lines[0] === String(server.pid) && lines[7]?.trim() === 'ready') return;
    await wait(10);
  }
  throw new Error(`PostgreSQL did not start: ${await tailOf(log)}`);
}

async function tailOf(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).trim().split('\n').slice(-5).join('\n');
}

/** SIGINT is PostgreSQL's fast shutdown. The server also stops when our process exits without stopping it. */
function stopperOf(server: ChildProcess): () => Promise<void> {
  const atExit = () => server.kill('SIGINT');
  process.once('exit', atExit);
  const stop = async () => {
    process.off('exit', atExit);
    if (server.exitCode === null && server.signalCode === null) {
      const exited = once(server, 'exit');
      server.kill('SIGINT');
      await exited;
    }
  };
  let stopping: Promise<void> | undefined;
  return () => {
    stopping ??= stop();
    return stopping;
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
