import { type Kysely, sql } from 'kysely';
import type { Database } from '../../functions/stores/postgres/database.ts';
import type { Parts } from '../parts.ts';
import { PROFILES, type ProfileName } from '../s3/faults/accents.ts';

/** Where a fault can be switched on: a part is absent where a real service replaces it. */
export type Rehearsed = Pick<Parts, 's3' | 'redis' | 'edge'> & { db: Kysely<Database> };
type Lift = () => unknown;

/** A fault that an operator can rehearse. `begin` returns undefined where its part is a real service. */
export type RehearsedFault = { says: string; begin(parts: Rehearsed): Promise<Lift | undefined> | Lift | undefined };

const LOGIN_PAGE = { body: '<!doctype html><title>Sign in</title>' };

const STORAGE: Record<string, RehearsedFault> = {
  's3-down': { says: 'storage cuts every connection', begin: ({ s3 }) => s3?.faults.resetConnections({}) },
  's3-slow-down': {
    says: 'storage takes ten deletes a second',
    begin: ({ s3 }) => s3?.faults.throttleDeletes(10),
  },
  's3-denied': {
    says: 'storage refuses every delete',
    begin: ({ s3 }) => s3?.faults.failRequests({ operation: 'DeleteObjects', code: 'AccessDenied' }),
  },
  's3-login-page': {
    says: 'a login page answers in place of storage',
    begin: ({ s3 }) => s3?.faults.answerForeign(LOGIN_PAGE),
  },
};
const STORES = Object.fromEntries(
  (Object.keys(PROFILES) as ProfileName[]).map((name): [string, RehearsedFault] => [
    `s3-as-${name}`,
    { says: `storage answers as ${name}`, begin: ({ s3 }) => s3?.faults.imitate(name) },
  ]),
);

const cacheFault = (says: string, begin: (redis: NonNullable<Parts['redis']>) => unknown): RehearsedFault => ({
  says,
  async begin({ redis }) {
    if (!redis) return undefined;
    await begin(redis);
    return () => redis.resume();
  },
});
const CACHE: Record<string, RehearsedFault> = {
  'cache-down': cacheFault('the cache refuses connections', (redis) => redis.pause()),
  'cache-silent': cacheFault('the cache never answers', (redis) => redis.silence()),
  'cache-failover': cacheFault('open connections lead to a replica', (redis) => redis.failOver()),
  'cache-full': cacheFault('the cache has no memory left', (redis) => redis.fillUp()),
  'cache-denied': cacheFault('the user may not delete keys', (redis) => redis.deny('UNLINK')),
};

/** A statement on `videos` fails with this SQLSTATE, whoever makes it. */
const databaseFault = (says: string, sqlstate: string): RehearsedFault => ({
  says,
  async begin({ db }) {
    await sql
      .raw(`create or replace function rehearsed_fault() returns trigger language plpgsql as
      $$ begin raise exception 'rehearsed' using errcode = '${sqlstate}'; end $$`)
      .execute(db);
    await sql`create or replace trigger rehearsed_fault before update or delete on videos
      for each statement execute function rehearsed_fault()`.execute(db);
    return () => endDatabaseFaults(db);
  },
});
const DATABASE: Record<string, RehearsedFault> = {
  'database-failover': databaseFault('the database may no longer write', '25006'),
  'database-full': databaseFault('the disk of the database is full', '53100'),
  'database-denied': databaseFault('the role may not change videos', '42501'),
};

const EDGE: Record<string, RehearsedFault> = {
  'edge-stuck': { says: 'no invalidation completes', begin: ({ edge }) => edge?.fail('stuck') },
  'edge-refuses': { says: 'the edge refuses every path', begin: ({ edge }) => edge?.fail('refuses') },
  'edge-full': { says: 'the edge takes no more invalidations', begin: ({ edge }) => edge?.fail('full') },
};

/** Every fault by its name. */
export const REHEARSED: Record<string, RehearsedFault> = { ...STORAGE, ...STORES, ...CACHE, ...DATABASE, ...EDGE };

/** A process that was killed may have left its fault in the database, which outlives it. */
export async function endDatabaseFaults(db: Kysely<Database>): Promise<void> {
  await sql`drop trigger if exists rehearsed_fault on videos`.execute(db);
  await sql`drop function if exists rehearsed_fault`.execute(db);
}
