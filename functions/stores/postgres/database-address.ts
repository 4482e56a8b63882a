import { Signer } from '@aws-sdk/rds-signer';
import type { SettingsOf } from '../../settings/settings.ts';
import type { DatabaseAddress } from './connect-database.ts';

/**
 * Where the database is, by the settings: a URL with a password, or a host that takes an IAM token as the password. The
 * token is signed here for each connection, without a call to AWS. RDS accepts it for 15 minutes, and only to log in.
 * Needs `rds-db:connect` for the function, and membership in `rds_iam` for the database role.
 */
export function databaseAddress(settings: SettingsOf<'database'>): DatabaseAddress {
  const { DATABASE_URL: url, DATABASE_HOST: host = '', DATABASE_PORT: port } = settings;
  if (url) return { url };
  const { DATABASE_NAME: name = '', DATABASE_USER: user = '' } = settings;
  const signer = new Signer({ hostname: host, port, username: user });
  return { host, port, name, user, password: () => signer.getAuthToken() };
}
