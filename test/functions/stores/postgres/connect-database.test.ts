import { connect, createServer, type Socket } from 'node:net';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { reasonOf, StoreUnavailable } from '../../../../functions/deletion/errors.ts';
import { connectDatabase } from '../../../../functions/stores/postgres/connect-database.ts';
import type { Database } from '../../../../functions/stores/postgres/database.ts';
import { createPostgresRows } from '../../../../functions/stores/postgres/postgres-rows.ts';
import { unknownVideo } from '../../../contracts/video-rows/rows-under-test.ts';
import { PATIENCE } from '../../../support/patience.ts';
import { freshDatabase, type TestDatabase } from '../../../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

/** Ends a connection from the server's side, as a failover does. */
const disconnect = (pid: number) => sql`select pg_terminate_backend(${pid}::int)`.execute(database.db);

async function pidOf(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
  return rows[0]?.pid as number;
}

test('a lost idle connection is reported and replaced', async () => {
  const onLostConnection = vi.fn();
  const db = connectDatabase({ url: database.url }, { maxConnections: 1, onLostConnection });
  await disconnect(await pidOf(db));
  await vi.waitFor(() => expect(onLostConnection).toHaveBeenCalledOnce(), PATIENCE);
  expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
  await db.destroy();
});

test('without TLS on the other side, a token is never asked for', async () => {
  const { hostname, port, pathname } = new URL(inject('postgresUrl'));
  const password = vi.fn(async () => 'token');
  const address = { host: hostname, port: Number(port), name: pathname.slice(1), user: 'postgres', password };
  const db = connectDatabase(address, { maxConnections: 1 });
  await expect(sql`select 1`.execute(db)).rejects.toThrow(/SSL/);
  await db.destroy();
});

test('startup says who and which database, and no setting that RDS Proxy refuses', async () => {
  const startup = Promise.withResolvers<string>();
  const server = createServer((socket) => {
    socket.once('data', (packet) => {
      startup.resolve(packet.toString('latin1'));
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const db = connectDatabase({ url: `postgres://deleter@127.0.0.1:${port}/videos` }, { maxConnections: 1 });
  await expect(sql`select 1`.execute(db)).rejects.toThrow();
  const names = (await startup.promise)
    .slice(8)
    .split('\0')
    .filter((_, position) => position % 2 === 0);
  expect(names.filter((name) => name !== '').toSorted()).toEqual(['client_encoding', 'database', 'user']);
  await db.destroy();
  await new Promise((resolve) => server.close(resolve));
});

test('a server that cannot be reached is StoreUnavailable to find; the others throw what they get', async () => {
  const db = connectDatabase({ url: await urlOfNobody() }, { maxConnections: 1 });
  const rows = createPostgresRows(db);
  await expect(rows.find('', unknownVideo())).rejects.toThrow(StoreUnavailable);
  const failure = await rows.look(unknownVideo()).catch((error: unknown) => error);
  expect(reasonOf(failure)).toBe('ECONNREFUSED');
  await db.destroy();
});

test('a connection that ends in the middle of find is StoreUnavailable', async () => {
  const db = connectDatabase({ url: database.url }, { maxConnections: 1 });
  const pid = await pidOf(db);
  await database.db.transaction().execute(async (trx) => {
    await sql`lock table users in access exclusive mode`.execute(trx);
    const outcome = expect(createPostgresRows(db).find('', unknownVideo())).rejects.toThrow(StoreUnavailable);
    const waiting = sql`select from pg_stat_activity where pid = ${pid} and wait_event_type = 'Lock'`;
    await vi.waitFor(async () => expect((await waiting.execute(database.db)).rows).toHaveLength(1), PATIENCE);
    await disconnect(pid);
    await outcome;
  });
  await db.destroy();
});

/** A proxy to the database. From a chosen moment on, it lets nothing through and sends no error. */
async function startDoor() {
  const { hostname, port } = new URL(database.url);
  let isSilent = false;
  const sockets: Socket[] = [];
  const server = createServer((client) => {
    const toServer = connect({ host: hostname, port: Number(port) });
    sockets.push(client, toServer);
    for (const socket of [client, toServer]) socket.on('error', () => undefined);
    client.on('data', (chunk) => void (isSilent || toServer.write(chunk)));
    toServer.on('data', (chunk) => void (isSilent || client.write(chunk)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(database.url);
  url.host = `127.0.0.1:${(server.address() as { port: number }).port}`;
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: url.href, close, fallSilent: () => (isSilent = true), speak: () => (isSilent = false) };
}

test('a server that falls silent is StoreUnavailable to find, and its connection is not used again', async () => {
  const door = await startDoor();
  const db = connectDatabase({ url: door.url }, { maxConnections: 1, silenceMilliseconds: 200 });
  const rows = createPostgresRows(db);
  const before = await pidOf(db);
  door.fallSilent();
  await expect(rows.find('', unknownVideo())).rejects.toThrow(StoreUnavailable);
  const failure = await rows.look(unknownVideo()).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Error);
  door.speak();
  expect(await pidOf(db)).not.toBe(before);
  await db.destroy();
  await door.close();
});

test('a server that falls silent in a transaction ends it, the roll-back included', async () => {
  const door = await startDoor();
  const db = connectDatabase({ url: door.url }, { maxConnections: 1, silenceMilliseconds: 200 });
  const transaction = db.transaction().execute(async (trx) => {
    await pidOf(trx);
    door.fallSilent();
    await sql`select 1`.execute(trx);
  });
  await expect(transaction).rejects.toThrow();
  door.speak();
  expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
  await db.destroy();
  await door.close();
});

test('a connection that ends between two statements fails the transaction, not the process', async () => {
  const db = connectDatabase({ url: database.url }, { maxConnections: 1 });
  const transaction = db.transaction().execute(async (trx) => {
    const pid = await pidOf(trx);
    await disconnect(pid);
    const alive = sql`select from pg_stat_activity where pid = ${pid}`;
    await vi.waitFor(async () => expect((await alive.execute(database.db)).rows).toEqual([]), PATIENCE);
    await sql`select 1`.execute(trx);
  });
  await expect(transaction).rejects.toThrow();
  expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
  await db.destroy();
});

test('an error in what was asked is not', async () => {
  const other = await freshDatabase('template0');
  await expect(createPostgresRows(other.db).find('', unknownVideo())).rejects.toMatchObject({ code: '42P01' });
  await other.drop();
});

/** A port of the loopback interface on which nobody listens. */
async function urlOfNobody(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return `postgres://nobody@127.0.0.1:${port}/none`;
}
