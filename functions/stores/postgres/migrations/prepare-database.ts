import type { Kysely, RawBuilder } from 'kysely';
import type { Database } from '../database.ts';
import type { BuildOptions } from './build-indexes.ts';
import { missingPolicies } from './every-row.ts';
import { migrate, plannedStatements } from './migrate.ts';
import { missingRunRights } from './platform-role.ts';
import { checkDatabase } from './preflight.ts';
import { missingRights, type ServingRole, setUpServingRole } from './serving-role.ts';
import { inShortLocks, type ShortLocks } from './short-locks.ts';

/** Who logs in: our functions, and the platform, if it does not log in as the owner of `videos`. */
export type Roles = { serving: readonly ServingRole[]; platform?: string };

/**
 * Makes a platform's database ready for deletions: the schema, the right to register runs, and the roles with which
 * functions log in. Safe to repeat. Needs two connections.
 * @throws {DatabaseNotReady} {RoleTooPowerful} before anything is changed {TableBusy} {RowsHidden}
 */
export async function prepareDatabase(
  db: Kysely<Database>,
  { serving, platform }: Roles,
  options: ShortLocks & BuildOptions = {},
): Promise<void> {
  await checkDatabase(db, serving, platform);
  await migrate(db, options);
  await inShortLocks(
    db,
    async (trx) => {
      for (const statement of await missingRunRights(trx, platform)) await statement.execute(trx);
    },
    options,
  );
  for (const role of serving) await setUpServingRole(db, role, options);
}

/**
 * The statements that `prepareDatabase` would run now, without running any. Where row level security is on, policies
 * for a new role come on top.
 * @throws {DatabaseNotReady} {RoleTooPowerful}
 */
export async function planPreparation(db: Kysely<Database>, { serving, platform }: Roles): Promise<string[]> {
  await checkDatabase(db, serving, platform);
  const statements: RawBuilder<unknown>[] = [
    ...(await plannedStatements(db)),
    ...(await missingRunRights(db, platform)),
    ...(await Promise.all(serving.map((role) => missingRights(db, role)))).flat(),
    ...(await Promise.all(serving.map(({ name }) => missingPolicies(db, name)))).flat(),
  ];
  return statements.map((statement) => statement.compile(db).sql.replace(/\s+/g, ' ').trim());
}
