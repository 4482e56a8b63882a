import { PostgresAdapter, PostgresDialect } from 'kysely';

/**
 * Kysely's dialect without its migrator's lock, which belongs to a session: behind a pooler it would stay with a
 * connection of the server, and the next migration would wait for it in vain. `inShortLocks` takes one that ends with
 * its transaction.
 */
export class PooledDialect extends PostgresDialect {
  override createAdapter(): PostgresAdapter {
    return new AdapterWithoutLock();
  }
}

class AdapterWithoutLock extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}
