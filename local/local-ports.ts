import {
  connectCleanupQueue,
  connectDeadLetters,
  connectEdge,
  connectEdgeQueue,
  connectEvents,
  connectLists,
  connectSigner,
  connectState,
  connectStorage,
} from '../functions/connect/connect.ts';
import { connectPlatform } from '../functions/connect/connect-platform.ts';
import { connectStoredVideos } from '../functions/connect/connect-stored-videos.ts';
import { receiptIssuerOf } from '../functions/connect/receipt-issuer.ts';
import type { OrphanPorts } from '../functions/deletion/orphans/orphan.ts';
import type { ListPorts, Log, Metrics, Ports } from '../functions/deletion/ports.ts';
import type { Settings } from '../functions/settings/settings.ts';
import { connectGate } from '../functions/stores/cloudfront/connect-gate.ts';
import { keyValueStoreClient } from './edge/key-value-store.ts';

/** All ports together: on one machine, one process runs every function. */
export type LocalPorts = Ports &
  ListPorts &
  Pick<OrphanPorts, 'stored' | 'videos'> & { userIdClaim: string; close(): Promise<void> };

/** Metrics are dropped: no dashboard reads them here. */
const SILENT: Metrics = { record() {} };
/** The number of database connections: here, handlers run concurrently in one process, each with its own queries. */
const MAX_CONNECTIONS = 10;

/** Makes the connections of all functions, once. */
export function connectPorts(settings: Settings, log: Log): LocalPorts {
  const gateEndpoint = process.env.AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE;
  return {
    ...connectState(settings, { log, metrics: SILENT }),
    ...connectLists(settings),
    ...connectCleanupQueue(settings),
    ...connectDeadLetters(settings),
    ...connectEdgeQueue(settings),
    ...connectPlatform(settings, { log, maxConnections: MAX_CONNECTIONS }),
    ...connectStorage(settings),
    ...connectStoredVideos(settings),
    ...connectEdge(settings),
    ...connectGate(settings, gateEndpoint ? () => keyValueStoreClient(gateEndpoint) : undefined),
    ...connectEvents(settings),
    ...connectSigner(settings),
    receiptIssuer: receiptIssuerOf(settings),
    userIdClaim: settings.USER_ID_CLAIM,
  };
}
