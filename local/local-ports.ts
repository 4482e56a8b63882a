import {
  connectEdge,
  connectEvents,
  connectPlatform,
  connectSigner,
  connectState,
  connectStorage,
} from '../functions/connect.ts';
import type { Log, Ports } from '../functions/deletion/ports.ts';
import type { Settings } from '../functions/settings.ts';

/** All ports at once: here, one process runs every function. */
export type LocalPorts = Ports & { userIdClaim: string; close(): Promise<void> };

/** Handlers run side by side here, each with queries of its own. */
const MAX_CONNECTIONS = 10;

/** Connects what the functions connect, once for all of them. */
export function connectPorts(settings: Settings, log: Log): LocalPorts {
  return {
    ...connectState(settings, log),
    ...connectPlatform(settings, { log, maxConnections: MAX_CONNECTIONS }),
    ...connectStorage(settings),
    ...connectEdge(settings),
    ...connectEvents(settings),
    ...connectSigner(settings),
    userIdClaim: settings.USER_ID_CLAIM,
  };
}
