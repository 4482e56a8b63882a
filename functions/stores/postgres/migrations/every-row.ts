import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../database.ts';
import { findHiddenTables } from '../queries/hidden-tables.ts';

/** Row level security hides rows from the serving role, and the migrating role may not change that. */
export class RowsHidden extends Error {
  override name = 'RowsHidden';
}

/**
 * Where the platform uses row level security, our own policy shows every row to the role, if we may write one.
 * @throws {RowsHidden} with the statements that the owner of the tables has to run
 */
export async function showEveryRow(db: Kysely<Database>, role: string): Promise<void> {
  for (const policy of await missingPolicies(db, role)) await policy.execute(db);
  const hidden = await findHiddenTables(db, role);
  if (hidden.length === 0) return;
  const statements = hidden.map((table) => policyFor(table, role).compile(db).sql);
  throw new RowsHidden(
    `Row level security hides rows from ${role}, expected every row to be seen. Let the owner of the tables run this, and take restrictive policies off the role: ${statements.join('; ')}`,
  );
}

/** The policies that may be written and are not there yet. None for a role that does not exist. */
export async function missingPolicies(db: Kysely<Database>, role: string): Promise<RawBuilder<unknown>[]> {
  const policies: RawBuilder<unknown>[] = [];
  for (const table of await findHiddenTables(db, role))
    if (await isOurs(db, table, role)) policies.push(policyFor(table, role));
  return policies;
}

const policyOf = (role: string) => `${role}_sees_every_row`;

/** `name` is as the catalogue quotes it. */
function policyFor(name: string, role: string) {
  return sql`create policy ${sql.id(policyOf(role))} on ${sql.raw(name)} for all to ${sql.id(role)} using (true) with check (true)`;
}

/** True where the migrating role owns the table and has not written the policy yet. */
async function isOurs(db: Kysely<Database>, name: string, role: string): Promise<boolean> {
  const { rows } = await sql`
    select from pg_class c where c.oid = ${name}::regclass and pg_has_role(c.relowner, 'usage')
      and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = ${policyOf(role)})`.execute(db);
  return rows.length > 0;
}
