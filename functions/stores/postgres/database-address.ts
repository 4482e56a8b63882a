import { Signer } from '@aws-sdk/rds-signer';
import type { SettingsOf } from '../../settings/settings.ts';
import type { DatabaseAddress } from './connect-database.ts';

/**
 * Where the settings say the database is: a URL that holds a password, or a host that is given an IAM token as password.
 * A token is made here, without a call, for every connection; RDS takes it for 15 minutes, and only to log in with. Needs
 * `rds-db:connect` for the role, and the role `rds_iam` in the database.
 */
export function databaseAddress(settings: SettingsOf<'database'>): DatabaseAddress {
  const { DATABASE_URL: url, DATABASE_HOST: host = '', DATABASE_PORT: port } = settings;
  if (url) return { url };
  const { DATABASE_NAME: name = '', DATABASE_USER: user = '' } = settings;
  const signer = new Signer({ hostname: host, port, username: user });
  return { host, port, name, user, password: () => signer.getAuthToken() };
}
