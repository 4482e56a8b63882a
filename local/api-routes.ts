import { readDeletionsHandler } from '../functions/read-deletions.ts';
import { replayDeletionHandler } from '../functions/replay-deletion.ts';
import { requestDeletionHandler } from '../functions/request-deletion.ts';
import { ROUTES, type Route } from '../functions/routes.ts';
import { undoDeletionHandler } from '../functions/undo-deletion.ts';
import type { GatewayRoute } from './gateway.ts';
import type { LocalPorts } from './local-ports.ts';

/** The API's routes, each with the handler that runs on AWS. */
export function apiRoutes(ports: LocalPorts): GatewayRoute[] {
  const connect = () => ports;
  const handlers: Record<Route['function'], GatewayRoute['handler']> = {
    'request-deletion': requestDeletionHandler(connect),
    'read-deletions': readDeletionsHandler(connect),
    'undo-deletion': undoDeletionHandler(connect),
    'replay-deletion': replayDeletionHandler(connect),
  };
  return ROUTES.map((route) => ({ ...route, handler: handlers[route.function] }));
}
