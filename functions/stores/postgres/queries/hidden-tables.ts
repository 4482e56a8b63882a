import { type Kysely, type RawBuilder, sql } from 'kysely';
import { placesIn } from '../../../deletion/data-map/data-map.ts';
import type { Database } from '../database.ts';

/** The tables of the data map, and the one of the callers: whoever cannot see all of their rows can say nothing. */
const TABLES = [...new Set([...placesIn('rows').map(({ table }) => table), 'users'])];

/**
 * The tables of which row level security may hide rows from a role: a deletion and its check would both take them for
 * gone. A table is seen as a whole if no policy applies to the role, or if its policies are permissive, are `true` for
 * reading, changing and deleting, and none is restrictive. Reads `pg_catalog` alone. `role`: absent for one's own.
 */
export async function findHiddenTables(db: Kysely<Database>, role?: string): Promise<string[]> {
  const { rows } = await hiddenTables(role).execute(db);
  return rows.map(({ name }) => name);
}

/** The same as a query, to be asked together with another one: then both speak of the same moment. */
export function hiddenTables(role?: string): RawBuilder<{ name: string }> {
  const name = role === undefined ? sql`current_user` : sql`${role}`;
  // A policy names roles by their ids, and everybody by 0.
  const applies = sql`(0 = any(p.polroles) or exists (
    select from unnest(p.polroles) as named where named <> 0 and pg_has_role(r.oid, named, 'usage')))`;
  return sql<{ name: string }>`
    select c.oid::regclass::text as name
    from unnest(${TABLES}::text[]) as wanted join pg_class c on c.oid = to_regclass(wanted)
    join pg_roles r on r.rolname = ${name}
    where c.relrowsecurity and not r.rolsuper and not r.rolbypassrls
      and (c.relforcerowsecurity or not pg_has_role(r.oid, c.relowner, 'usage'))
      and (exists (select from pg_policy p where p.polrelid = c.oid and not p.polpermissive and ${applies})
        or exists (select from unnest(array['r', 'w', 'd']) as command where not exists (
          select from pg_policy p where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('*', command)
            and ${applies} and pg_get_expr(p.polqual, p.polrelid) = 'true')))
    order by 1`;
}
