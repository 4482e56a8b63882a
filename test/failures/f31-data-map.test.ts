import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDataMap, isFailure } from '../../functions/deletion/data-map/check-data-map.ts';
import { readCatalogue } from '../../functions/stores/postgres/queries/read-catalogue.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

/** What the check says of the sample platform after these statements, which are taken back. */
async function findingsAfter(...statements: string[]) {
  const trx = await database.db.startTransaction().execute();
  try {
    for (const statement of statements) await sql.raw(statement).execute(trx);
    return checkDataMap(await readCatalogue(trx));
  } finally {
    await trx.rollback().execute();
  }
}

async function failuresAfter(...statements: string[]): Promise<string[]> {
  const findings = await findingsAfter(...statements);
  return findings.filter(isFailure).map(({ kind, table, column }) => `${kind} ${table}.${column}`);
}

describe('F31 a new table that nobody deletes', () => {
  it('finds nothing on the sample platform as it is', async () => {
    expect(await findingsAfter()).toEqual([]);
  });

  it('names a table with a foreign key to videos, and says why', async () => {
    const [finding, ...others] = await findingsAfter(
      'create table comments (id uuid primary key, about uuid references videos on delete cascade)',
      'create index on comments (about)',
    );
    expect(finding).toEqual({
      kind: 'uncovered',
      table: 'comments',
      column: 'about',
      message: 'comments.about refers to videos, and no place of the data map covers it',
    });
    expect(others).toEqual([]);
  });

  it('names a table that refers to a child of the video', async () => {
    const statements = [
      'create table vote_notes (vote uuid references votes on delete cascade)',
      'create index on vote_notes (vote)',
    ];
    expect(await failuresAfter(...statements)).toEqual(['uncovered vote_notes.vote']);
  });

  it('names a column video_id without a foreign key', async () => {
    expect(await failuresAfter('create table audit (video_id text)')).toEqual(['uncovered audit.video_id']);
  });

  it('names a materialised view, with or without the id; a plain one is only mentioned', async () => {
    const statements = [
      'create materialized view top as select id as video_id, title from videos',
      'create materialized view titles as select title from videos',
      'create view shown as select title from videos where deleted_at is null',
    ];
    const findings = await findingsAfter(...statements);
    expect(findings).toMatchObject([
      { kind: 'uncovered', table: 'titles', column: '*' },
      { kind: 'uncovered', table: 'top', column: 'video_id' },
      { kind: 'view', table: 'shown' },
    ]);
    expect(findings.map(isFailure)).toEqual([true, true, false]);
  });

  it('names what is in another schema, partitioned, quoted, or keyed by more than the id', async () => {
    const statements = [
      'create schema archive',
      'create table archive.views (video_id uuid references videos on delete cascade)',
      'create table watched (video_id uuid references videos on delete cascade, at date) partition by range (at)',
      "create table watched_now partition of watched for values from ('2026-01-01') to ('2027-01-01')",
      'create table "Video Tags" ("videoId" uuid, tag text)',
      'alter table videos add unique (user_id, id)',
      `create table shelves (owner_id uuid, clip uuid,
         foreign key (owner_id, clip) references videos (user_id, id) on delete cascade)`,
      'create index on shelves (clip)',
    ];
    expect((await failuresAfter(...statements)).sort()).toEqual([
      'uncovered "Video Tags"."videoId"',
      'uncovered archive.views.video_id',
      'uncovered shelves.clip',
      'uncovered watched.video_id',
      'unindexed archive.views.video_id',
      'unindexed watched.video_id',
    ]);
  });

  it('names a video that refers to another', async () => {
    const statements = ['alter table videos add reply_to uuid references videos on delete set null'];
    expect(await failuresAfter(...statements, 'create index on videos (reply_to)')).toEqual([
      'uncovered videos.reply_to',
    ]);
  });

  it('mentions what a platform lacks, which is no failure', async () => {
    const findings = await findingsAfter('drop materialized view video_stats', 'drop table user_liked_videos');
    expect(findings).toMatchObject([
      { kind: 'missing', table: 'user_liked_videos' },
      { kind: 'missing', table: 'video_stats' },
    ]);
    expect(findings.some(isFailure)).toBe(false);
  });

  it('fails where there are no videos at all', async () => {
    expect(await failuresAfter('set local search_path to pg_catalog')).toEqual(['noVideos videos.id']);
  });
});

describe('F19 a key without an index', () => {
  it.each([
    ['drop index views_video_id', 'unindexed views.video_id'],
    ['drop index share_clicks_share_link_id', 'unindexed share_clicks.share_link_id'],
    ['drop index reports_target_id', 'unindexed reports.target_id'],
    ['drop index video_stats_video_id', 'unindexed video_stats.video_id'],
    ['alter table votes drop constraint votes_once', 'unindexed votes.video_id'],
  ])('is named: %s', async (statement, named) => {
    expect(await failuresAfter(statement)).toEqual([named]);
  });

  it('is not helped by one that is partial, begins with another column, or is not for equality', async () => {
    const statements = [
      'drop index views_video_id',
      'create index on views (video_id) where watched_seconds > 0',
      'create index on views (user_id, video_id)',
      'create index on views using brin (video_id)',
    ];
    expect(await failuresAfter(...statements)).toEqual(['unindexed views.video_id']);
    expect(await failuresAfter(...statements, 'create index on views using hash (video_id)')).toEqual([]);
  });
});

describe('F20 a foreign key that blocks, or takes along what stays', () => {
  const replace = (action: string) => [
    `alter table reports add foreign key (target_id) references videos on delete ${action}`,
  ];

  it('is named when it blocks', async () => {
    expect(await failuresAfter(...replace('restrict'))).toEqual(['blocks reports.target_id']);
    expect(await failuresAfter(...replace('no action'))).toEqual(['blocks reports.target_id']);
  });

  it('is named when reports would go with the video', async () => {
    expect(await failuresAfter(...replace('cascade'))).toEqual(['cascades reports.target_id']);
  });

  it('is none where the rows are deleted first', async () => {
    const [drop, add] = ['alter table votes drop constraint votes_video_id_fkey', 'alter table votes add constraint'];
    expect(await failuresAfter(drop, `${add} k foreign key (video_id) references videos on delete restrict`)).toEqual(
      [],
    );
  });
});
