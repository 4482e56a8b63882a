import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkDataMap } from '../../functions/deletion/data-map/check-data-map.ts';
import { connectDatabase } from '../../functions/stores/postgres/connect-database.ts';
import type { Database } from '../../functions/stores/postgres/database.ts';
import { setUpServingRole } from '../../functions/stores/postgres/migrations/serving-role.ts';
import { createPostgresRows } from '../../functions/stores/postgres/postgres-rows.ts';
import { readCatalogue } from '../../functions/stores/postgres/queries/read-catalogue.ts';
import { aVideoId } from '../support/a-tombstone.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';

/** Roles belong to the whole server: this file's own. */
const ROLE = 'role_behind_policies';

let database: TestDatabase;
let asRole: Kysely<Database>;
beforeEach(async () => {
  database = await freshDatabase();
  await setUpServingRole(database.db, { name: ROLE, duty: 'deletes', logIn: 'token' });
  const url = new URL(database.url);
  url.username = ROLE;
  asRole = connectDatabase({ url: url.href }, { maxConnections: 2 });
});
afterEach(async () => {
  await asRole.destroy();
  await sql`drop owned by ${sql.id(ROLE)}`.execute(database.db);
  await sql`drop role ${sql.id(ROLE)}`.execute(database.db);
  await database.drop();
});

const run = (statement: string) => sql.raw(statement).execute(database.db);
const look = () => createPostgresRows(asRole).look(aVideoId());
const hiddenIn = async () =>
  checkDataMap(await readCatalogue(asRole)).flatMap(({ kind, table }) => (kind === 'hidden' ? [table] : []));

/** What a platform may do to a table, and whether every row is still seen. */
const CASES: [string, string[], boolean][] = [
  ['no policy at all', [], false],
  [
    'a policy for its own users',
    ["create policy own on reports using (reporter_id::text = current_setting('app.user', true))"],
    false,
  ],
  ['a policy that reads only', ['create policy read on reports for select using (true)'], false],
  ['a policy for another role', ['create policy other on reports to pg_monitor using (true)'], false],
  ['a policy for everybody', ['create policy everybody on reports using (true)'], true],
  [
    'a policy for each command',
    ['select', 'delete']
      .map((command) => `create policy ${command}_all on reports for ${command} using (true)`)
      .concat('create policy update_all on reports for update using (true)'),
    true,
  ],
  [
    'a restrictive policy beside one for everybody',
    [
      'create policy everybody on reports using (true)',
      "create policy less on reports as restrictive using (status = 'resolved')",
    ],
    false,
  ],
];

test.for(CASES)('F43 row level security with %s', async ([, policies, isSeen]) => {
  await run('alter table reports enable row level security');
  for (const policy of policies) await run(policy);
  if (isSeen) expect(await look()).toEqual({});
  else await expect(look()).rejects.toMatchObject({ code: 'RowsHidden' });
  expect(await hiddenIn()).toEqual(isSeen ? [] : ['reports']);
});

test.for(['videos', 'views', 'processing_runs', 'users'])('F43 rows of %s are hidden', async (table) => {
  await run(`alter table ${table} enable row level security`);
  await expect(look()).rejects.toMatchObject({ code: 'RowsHidden' });
  expect(await hiddenIn()).toEqual([table]);
});

test('F43 the deployment writes the policy where it owns the table', async () => {
  for (const table of ['reports', 'videos']) await run(`alter table ${table} enable row level security`);
  for (const _ of [1, 2]) await setUpServingRole(database.db, { name: ROLE, duty: 'deletes', logIn: 'token' });
  expect(await look()).toEqual({});
  expect(await hiddenIn()).toEqual([]);
});

test('F43 the deployment fails where it cannot, and prints what the owner has to run', async () => {
  await run('alter table reports enable row level security');
  await run("create policy less on reports as restrictive using (status = 'resolved')");
  await expect(setUpServingRole(database.db, { name: ROLE, duty: 'deletes', logIn: 'token' })).rejects.toThrow(
    `create policy "${ROLE}_sees_every_row" on reports for all to "${ROLE}" using (true) with check (true)`,
  );
  await expect(look()).rejects.toMatchObject({ code: 'RowsHidden' });
});
