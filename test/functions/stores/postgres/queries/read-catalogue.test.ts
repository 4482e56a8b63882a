import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Catalogue } from '../../../../../functions/deletion/data-map/catalogue.ts';
import { readCatalogue } from '../../../../../functions/stores/postgres/queries/read-catalogue.ts';
import { freshDatabase, type TestDatabase } from '../../../../support/postgres.ts';

let database: TestDatabase;
let catalogue: Catalogue;
const relation = (name: string) => catalogue.relations.find((one) => one.name === name);
const keysOf = (table: string) => catalogue.foreignKeys.filter((key) => key.table === table);

/**
 * What a real platform may also have: other schemas, partitions, quoted names, keys with several columns, views over
 * views.
 */
const PLATFORM = `
  create schema archive;
  create table archive.views (id uuid primary key, video_id uuid references videos on delete restrict);
  create table "Video Tags" ("videoId" uuid references videos on delete set null, "my ""tag""" text);
  create index on "Video Tags" (lower("my ""tag"""), "videoId");
  create table watched (video_id uuid references videos on delete cascade, at date) partition by range (at);
  create table watched_2025 partition of watched for values from ('2025-01-01') to ('2026-01-01');
  create table watched_2026 partition of watched for values from ('2026-01-01') to ('2027-01-01') partition by range (at);
  create table archive.watched_may partition of watched_2026 for values from ('2026-05-01') to ('2026-06-01');
  create index on watched_2025 (video_id);
  create index on archive.watched_may using hash (video_id);
  create table tenants (tenant uuid, id uuid, primary key (tenant, id));
  create table of_tenants (video_id uuid, tenant_id uuid,
    foreign key (tenant_id, video_id) references tenants (tenant, id) on delete set default);
  create index on of_tenants (tenant_id, video_id);
  create index on of_tenants (video_id) where tenant_id is not null;
  create index on of_tenants (video_id) where video_id is not null;
  create index on of_tenants using brin (video_id);
  create view shown as select v.id as video_id from videos v join watched_2025 w on w.video_id = v.id;
  create materialized view top as select count(*) from shown;
  create temporary table passing (video_id uuid)`;

beforeAll(async () => {
  database = await freshDatabase();
  // One connection for all: a temporary table is its own.
  await database.db.connection().execute(async (connection) => {
    for (const statement of PLATFORM.split(';')) await sql.raw(statement).execute(connection);
    catalogue = await readCatalogue(connection);
  });
});
afterAll(() => database.drop());

test('names tables as they are addressed: with a schema off the search path, quoted where they must be', () => {
  const names = catalogue.relations.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['views', 'archive.views', '"Video Tags"', 'videos']));
  expect(relation('"Video Tags"')?.columns).toEqual(['"videoId"']);
  expect(names.filter((name) => /pg_|information_schema|passing/.test(name))).toEqual([]);
});

test('tells which columns name a video, and which the data map asks for', () => {
  expect(relation('views')).toMatchObject({ kind: 'table', columns: ['id', 'video_id'], reads: [] });
  expect(relation('reports')?.columns).toEqual(['id', 'target_id']);
  expect(relation('video_stats')).toMatchObject({ kind: 'materialisedView', columns: ['video_id'] });
});

test('takes a partition for a part of its root, wherever it is', () => {
  expect(catalogue.relations.filter(({ name }) => name.includes('watched'))).toMatchObject([
    { name: 'watched', indexes: expect.arrayContaining([[['video_id']], [['video_id']]]) },
  ]);
  expect(keysOf('watched')).toMatchObject([{ columns: ['video_id'], toTable: 'videos', onDelete: 'cascade' }]);
  expect(catalogue.foreignKeys.filter(({ table }) => table.includes('watched_'))).toEqual([]);
});

test('reads the indexes that find rows by equality, with what stands in each place', () => {
  expect(relation('views')?.indexes[0]).toEqual(expect.arrayContaining([['id'], ['video_id'], ['user_id']]));
  expect(relation('"Video Tags"')?.indexes).toEqual([[['', '"videoId"']]]);
  expect(relation('of_tenants')?.indexes).toEqual([[['tenant_id', 'video_id'], ['video_id']]]);
});

test('reads foreign keys with what they refer to, column by column, and what they do', () => {
  expect(keysOf('of_tenants')).toEqual([
    {
      table: 'of_tenants',
      columns: ['tenant_id', 'video_id'],
      toTable: 'tenants',
      toColumns: ['tenant', 'id'],
      onDelete: 'setDefault',
    },
  ]);
  expect(keysOf('archive.views')).toMatchObject([{ onDelete: 'restrict' }]);
  expect(keysOf('"Video Tags"')).toMatchObject([{ columns: ['"videoId"'], onDelete: 'setNull' }]);
  expect(keysOf('videos')).toMatchObject([{ toTable: 'users', onDelete: 'noAction' }]);
});

test('tells what a view reads; of a partition, its root', () => {
  expect(relation('shown')).toMatchObject({ kind: 'view', reads: ['videos', 'watched'], columns: ['video_id'] });
  expect(relation('top')).toMatchObject({ kind: 'materialisedView', reads: ['shown'] });
});
