import { connectLists, connectState, connectStorage } from '../functions/connect/connect.ts';
import { connectPlatform } from '../functions/connect/connect-platform.ts';
import type { SettingsOf } from '../functions/settings/settings.ts';
import { connectDatabase } from '../functions/stores/postgres/connect-database.ts';
import { databaseAddress } from '../functions/stores/postgres/database-address.ts';
import type { Session } from './session.ts';

/** The composition root of the commands: it connects the ports that several of them share. */

/** The groups of settings for every store that a video may be in. */
export const STORES = ['state', 'log', 'edge', 'places', 'storage', 'runs', 'database', 'cache'] as const;

/** The tombstones and every store that a video may be in. */
export async function connectStores(session: Session) {
  return storesOf(session, await session.settings(STORES));
}

/** The same, for settings that were read before. */
export function storesOf(session: Session, settings: SettingsOf<(typeof STORES)[number]>) {
  const { close, ...platform } = connectPlatform(settings, session.telemetry);
  session.atEnd(close);
  return {
    ...connectState(settings, session.telemetry),
    ...connectLists(settings),
    ...platform,
    ...connectStorage(settings),
  };
}

/** Only the tombstones, with the rules by which a deletion is overdue. */
export async function connectTombstones(session: Session) {
  const settings = await session.settings(['state', 'log', 'edge']);
  return { ...connectState(settings, session.telemetry), ...connectLists(settings) };
}

/** The database itself, for queries that no port of the domain has. */
export function openDatabase(session: Session, settings: SettingsOf<'database'>) {
  const database = connectDatabase(databaseAddress(settings), { maxConnections: 1 });
  session.atEnd(() => database.destroy());
  return database;
}
