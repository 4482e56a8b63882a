import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectDatabase } from '../../../functions/stores/postgres/connect-database.ts';
import { type PostgresOptions, type PostgresServer, startPostgres } from '../../../local/postgres/postgres.ts';

let root: string;
let folder: string;
let started: PostgresServer[];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'local postgres '));
  await chmod(root, 0o700);
  folder = join(root, 'a folder', 'postgres');
  started = [];
});
afterEach(async () => {
  for (const server of started) await server.stop();
  await rm(root, { recursive: true, force: true });
});

async function start(options: Partial<PostgresOptions> = {}): Promise<PostgresServer> {
  const server = await startPostgres({ folder, durable: false, ...options });
  started.push(server);
  return server;
}

async function ask<Answer>(url: string, statement: string): Promise<Answer[]> {
  const db = connectDatabase({ url }, { maxConnections: 1 });
  try {
    return (await sql.raw<Answer>(statement).execute(db)).rows;
  } finally {
    await db.destroy();
  }
}

/** Starts a server in a process that is then killed; the server's address. */
async function orphan(): Promise<string> {
  const starter = fork(new URL('../../support/start-postgres.ts', import.meta.url), [folder]);
  const [url] = (await once(starter, 'message')) as [string];
  await ask(url, 'create table kept (n int)');
  starter.kill('SIGKILL');
  await once(starter, 'exit');
  return url;
}

describe('in a private folder with spaces in its name', () => {
  test('the data is there again after a stop', async () => {
    const first = await start();
    await ask(first.url, 'create table kept (n int)');
    await first.stop();
    await first.stop();
    const second = await start();
    expect(await ask(second.url, 'select n from kept')).toEqual([]);
    await second.stop();
    await expect(ask(second.url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('the server of a killed process is stopped, and its data is there', async () => {
    const orphanUrl = await orphan();
    expect(await ask(orphanUrl, 'select n from kept')).toEqual([]);
    const server = await start();
    await expect(ask(orphanUrl, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await ask(server.url, 'select n from kept')).toEqual([]);
  });

  test('the server of a living process is left alone', async () => {
    const server = await start();
    await expect(startPostgres({ folder })).rejects.toThrow(`Process ${process.pid} is using the database`);
    expect(await ask(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('a lock file that names some other process, as after a restart, costs that process nothing', async () => {
    const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const first = await start();
    await first.stop();
    await writeFile(join(folder, 'data', 'postmaster.pid'), `${bystander.pid}\n`);
    await start();
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
    bystander.kill();
  });

  test('a first start that was interrupted is begun anew', async () => {
    await mkdir(join(folder, 'data.unfinished'), { recursive: true });
    await writeFile(join(folder, 'data.unfinished', 'PG_VERSION'), '18');
    const server = await start();
    expect(await ask(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

test('it is UTF-8, sorts by code point, speaks to this machine only and keeps what it says unless told otherwise', async () => {
  const server = await start({ durable: true });
  const settings = await ask(
    server.url,
    `select name, setting from pg_settings where name in ('server_encoding', 'listen_addresses', 'fsync') order by name`,
  );
  expect(settings.map((row) => Object.values(row as object))).toEqual([
    ['fsync', 'on'],
    ['listen_addresses', '127.0.0.1'],
    ['server_encoding', 'UTF8'],
  ]);
  expect(await ask(server.url, "select datcollate from pg_database where datname = 'postgres'")).toEqual([
    { datcollate: 'C' },
  ]);
});

test('a server that does not start says why', async () => {
  await mkdir(join(folder, 'data'), { recursive: true });
  await expect(startPostgres({ folder })).rejects.toThrow(/postgresql\.conf/);
});

describe.runIf(process.getuid?.() === 0)('root without user namespaces', () => {
  test.each([
    ['in a folder that nobody may enter', 0o755],
    ['outside of a folder that nobody may not enter', 0o700],
  ])('runs it as nobody %s, and finds the data again', async (_, mode) => {
    await chmod(root, mode);
    await mkdir(folder, { recursive: true });
    for (const statement of ['create table kept (n int)', 'select n from kept']) {
      const server = await start({ namespaces: false });
      expect(await ask(server.url, statement)).toEqual([]);
      const [data] = await ask<{ folder: string }>(server.url, `select current_setting('data_directory') as folder`);
      home = dirname(data?.folder ?? folder);
      await server.stop();
    }
    expect(home.startsWith(root)).toBe(mode === 0o755);
  });

  let home: string;
  afterEach(() => rm(home, { recursive: true, force: true }));
});

test('with a password nobody else on this machine gets in, in a new folder and in one that had none', async () => {
  const open = await start();
  await ask(open.url, 'create table kept (n int)');
  await open.stop();
  for (const password of ["it's secret", "it's secret", 'another one']) {
    const server = await start({ password });
    expect(await ask(server.url, 'select n from kept')).toEqual([]);
    const { port } = new URL(server.url);
    for (const user of ['postgres', 'postgres:wrong'])
      await expect(ask(`postgres://${user}@127.0.0.1:${port}/postgres`, 'select 1')).rejects.toThrow(
        /password|SASL|SCRAM/,
      );
    await server.stop();
  }
});
