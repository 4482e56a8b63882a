import type { ReceiptIssuer } from '../deletion/record/receipt.ts';
import type { SettingsOf } from '../settings/settings.ts';

type IssuerSettings = SettingsOf<'issuer' | 'log' | 'places' | 'storage' | 'runs' | 'database' | 'cache' | 'edge'>;

/** What receipts state of the system that issues them: its names, and its stores' addresses without credentials. */
export function receiptIssuerOf(settings: IssuerSettings): ReceiptIssuer {
  const { RECEIPT_ISSUER: iss, ENVIRONMENT_NAME: environment, RELEASE: software } = settings;
  const places = {
    cancelRuns: settings.STATE_MACHINE_ARN,
    deleteObjects: storageOf(settings),
    deleteRows: databaseOf(settings),
    invalidateCache: settings.CACHE_URL && addressOf(settings.CACHE_URL),
    invalidateEdge: settings.DISTRIBUTION_ID,
  };
  return {
    iss,
    environment,
    software,
    places: Object.fromEntries(Object.entries(places).filter(([, place]) => place)),
  };
}

function storageOf({ VIDEO_STORAGE, UPLOADS_DIR, PROCESSING_DIR, VIDEO_BUCKET = '', ...settings }: IssuerSettings) {
  if (VIDEO_STORAGE === 'local') return `file:${UPLOADS_DIR} file:${PROCESSING_DIR}`;
  const { STORAGE_ENDPOINT: endpoint } = settings;
  return endpoint ? `${addressOf(endpoint)}/${VIDEO_BUCKET}` : `s3://${VIDEO_BUCKET}`;
}

function databaseOf({
  DATABASE_URL: url,
  DATABASE_HOST: host,
  DATABASE_PORT: port,
  DATABASE_NAME: name,
}: IssuerSettings) {
  return url ? addressOf(url) : `postgresql://${host}:${port}/${name}`;
}

/** A URL without its user, password and parameters. */
function addressOf(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`.replace(/\/$/, '');
}
