import { sql } from 'kysely';
import type { Plan } from './run-migrations.ts';

/** The table of runs of a video. Its primary key begins with the foreign key, so it also serves as its index. */
export const plan: Plan = async (db) => {
  const { rows } = await sql`select where to_regclass('processing_runs') is not null`.execute(db);
  if (rows.length > 0) return [];
  return [
    sql`create table processing_runs (
      video_id uuid not null references videos (id) on delete cascade,
      execution_arn text not null,
      started_at timestamptz not null default now(),
      constraint processing_runs_pkey primary key (video_id, execution_arn))`,
  ];
};
