import { ROUTES } from '../../functions/http/routes.ts';
import type { Handlers } from '../handlers/handlers.ts';
import type { GatewayRoute } from './gateway.ts';

/** The API's routes, each with the handler that runs on AWS. */
export function apiRoutes(handlers: Handlers): GatewayRoute[] {
  return ROUTES.map((route) => ({ ...route, handler: handlers[route.function] }));
}
