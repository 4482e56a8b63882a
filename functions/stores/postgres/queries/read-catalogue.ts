import { type Kysely, sql } from 'kysely';
import type { Catalogue, ForeignKey, Relation } from '../../../deletion/data-map/catalogue.ts';
import { placesIn } from '../../../deletion/data-map/data-map.ts';
import type { Database } from '../database.ts';
import { findHiddenTables } from './hidden-tables.ts';

/**
 * The relations and foreign keys of the database, in all schemas except those of the system and of sessions. Reads only
 * `pg_catalog`, which any role may read, and no row of any table. `role`: the one that serves; absent: the one that
 * reads.
 */
export async function readCatalogue(db: Kysely<Database>, role?: string): Promise<Catalogue> {
  const wanted = [...new Set(placesIn('rows').map(({ column }) => column))];
  const relations = await relationsIn(wanted).execute(db);
  const foreignKeys = await FOREIGN_KEYS.execute(db);
  return { relations: relations.rows, foreignKeys: foreignKeys.rows, hidden: await findHiddenTables(db, role) };
}

/** Every relation that has rows, and its root: the partitioned table of a partition, else the relation itself. */
const RELATION = sql`
  select c.oid, c.relkind, coalesce(pg_partition_root(c.oid), c.oid)::oid as root
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'f', 'v', 'm')
    and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'`;

/**
 * Indexes that find rows by equality: full ones, and partial ones that omit only rows whose first indexed column is
 * null.
 */
const INDEX = sql`
  select i.indrelid as oid, array(
      select coalesce(quote_ident(a.attname), '') from unnest(i.indkey::int2[]) with ordinality as key (attnum, place)
      left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = key.attnum
      where place <= i.indnkeyatts order by place) as columns
  from pg_index i join pg_class x on x.oid = i.indexrelid join pg_am m on m.oid = x.relam
  left join pg_attribute first on first.attrelid = i.indrelid and first.attnum = i.indkey[0]
  where i.indisvalid and i.indisready and m.amname in ('btree', 'hash')
    and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', first.attname))`;

/** The relations that a view reads. */
const VIEW_READS = sql`
  select distinct rule.ev_class as oid, d.refobjid as reads
  from pg_depend d join pg_rewrite rule on rule.oid = d.objid
  where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid <> rule.ev_class`;

function relationsIn(wantedColumns: readonly string[]) {
  return sql<Relation>`
    with relation as materialized (${RELATION}), index as materialized (${INDEX}), view_reads as materialized (${VIEW_READS})
    select oid::regclass::text as name,
      case relkind when 'v' then 'view' when 'm' then 'materialisedView' when 'f' then 'foreignTable' else 'table' end as kind,
      array(select quote_ident(attname) from pg_attribute a
        where a.attrelid = r.oid and attnum > 0 and not attisdropped
          and (attname ~* '^video_?id$' or attname = any(${wantedColumns})) order by attnum) as columns,
      (select coalesce(json_agg((select coalesce(json_agg(columns), '[]') from index where index.oid = part.oid)), '[]')
        from relation part where part.root = r.oid and part.relkind in ('r', 'm')) as indexes,
      array(select distinct read.root::regclass::text from view_reads v join relation read on read.oid = v.reads
        where v.oid = r.oid and r.relkind in ('v', 'm') order by 1) as reads
    from relation r where oid = root order by name`;
}

/**
 * A key of a partition counts as a key of its root, and a key that refers to a partition as one that refers to the
 * root.
 */
const FOREIGN_KEYS = sql<ForeignKey>`
  with relation as (${RELATION})
  select t.root::regclass::text as table, other.root::regclass::text as "toTable",
    array(select quote_ident(attname) from unnest(k.conkey) with ordinality as key (attnum, place)
      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = key.attnum order by place) as columns,
    array(select quote_ident(attname) from unnest(k.confkey) with ordinality as key (attnum, place)
      join pg_attribute a on a.attrelid = k.confrelid and a.attnum = key.attnum order by place) as "toColumns",
    case k.confdeltype when 'r' then 'restrict' when 'c' then 'cascade' when 'n' then 'setNull'
      when 'd' then 'setDefault' else 'noAction' end as "onDelete"
  from pg_constraint k join relation t on t.oid = k.conrelid join relation other on other.oid = k.confrelid
  where k.contype = 'f' and k.conparentid = 0 order by 1, k.conname`;
