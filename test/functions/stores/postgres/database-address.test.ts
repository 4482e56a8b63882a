import { type Kysely, sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { readSettings, type SettingsOf } from '../../../../functions/settings/settings.ts';
import { connectDatabase } from '../../../../functions/stores/postgres/connect-database.ts';
import type { Database } from '../../../../functions/stores/postgres/database.ts';
import { databaseAddress } from '../../../../functions/stores/postgres/database-address.ts';
import { selfSignedCertificate, trust } from '../../../support/certificate.ts';
import { startTokenProxy } from '../../../support/token-proxy.ts';

const certificate = selfSignedCertificate();
let iam: Awaited<ReturnType<typeof startTokenProxy>>;
let settings: SettingsOf<'database'>;
const open: Kysely<Database>[] = [];

beforeAll(async () => {
  iam = await startTokenProxy(certificate, inject('postgresUrl'));
  const DATABASE_PORT = `${iam.port}`;
  const names = { DATABASE_HOST: 'localhost', DATABASE_NAME: 'postgres', DATABASE_USER: 'postgres' };
  settings = readSettings({ ...names, DATABASE_PORT }, ['database']);
});
beforeEach(() => {
  iam.passwords.length = 0;
  iam.proxy.accepts = () => true;
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'key');
});
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  for (const db of open.splice(0)) await db.destroy();
});
afterAll(() => iam.stop());

function connect(maxConnections = 1): Kysely<Database> {
  const db = connectDatabase(databaseAddress(settings), { maxConnections });
  open.push(db);
  return db;
}
const ask = (db: Kysely<Database>) =>
  sql<{ pid: number }>`select pg_backend_pid() as pid from pg_sleep(0.1)`.execute(db);

it('is the URL, where there is one', () => {
  const url = 'postgres://deleter:secret@127.0.0.1:5432/platform';
  expect(databaseAddress(readSettings({ DATABASE_URL: url }, ['database']))).toEqual({ url });
});

describe('a host that takes IAM tokens', () => {
  let distrust: () => void;
  beforeEach(() => {
    distrust = trust(certificate);
  });
  afterEach(() => distrust());

  it('is given a token for the role', async () => {
    await ask(connect());
    const [token = ''] = iam.passwords;
    const { host, searchParams } = new URL(`https://${token}`);
    expect(host).toBe(`localhost:${iam.port}`);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      Action: 'connect',
      DBUser: 'postgres',
      'X-Amz-Expires': '900',
      'X-Amz-Credential': expect.stringMatching(/\/eu-central-1\/rds-db\/aws4_request$/),
    });
  });

  it('is given one for each connection, not for each query', async () => {
    const db = connect(2);
    const answers = await Promise.all([ask(db), ask(db), ask(db), ask(db)]);
    expect(new Set(answers.map(({ rows }) => rows[0]?.pid)).size).toBe(2);
    expect(iam.passwords).toHaveLength(2);
  });

  it('is given a new one when it refuses one that has grown old', async () => {
    const db = connect();
    iam.proxy.accepts = () => false;
    await expect(ask(db)).rejects.toMatchObject({ code: '28P01' });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 16 * 60_000 });
    iam.proxy.accepts = (password) => password !== iam.passwords[0];
    await ask(db);
    expect(iam.passwords).toHaveLength(2);
  });
});

it('a host that nobody vouches for is given none', async () => {
  await expect(ask(connect())).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  expect(iam.passwords).toEqual([]);
});
