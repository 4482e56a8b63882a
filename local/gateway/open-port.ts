import { join } from 'node:path';
import { connectRedis } from '../../functions/stores/redis/connect-redis.ts';
import { createReadCache } from '../../platform/reads/read-cache.ts';
import { createPlatformRoutes } from '../../platform/reads/routes.ts';
import { ACCOUNTS } from '../../platform/seed/accounts.ts';
import type { Handlers } from '../handlers/handlers.ts';
import { listenOnLoopback } from '../loopback.ts';
import { serveSwitches } from '../rehearsal/switches.ts';
import { servePageConfiguration } from '../sign-in/page-configuration.ts';
import { createSignIn } from '../sign-in/sign-in.ts';
import type { System, SystemOptions } from '../system.ts';
import { apiRoutes } from './api-routes.ts';
import { startGateway } from './gateway.ts';
import { proxyTo } from './proxy.ts';
import { serveDescription } from './serve-description.ts';

/** The issuer of the local tokens, and their audience. */
export const ISSUER = { issuer: 'https://issuer.localhost', audience: 'video-platform' };

/** API, page, edge and sign-in on one port. The keys that verify tokens have their own port, like a real issuer's. */
export async function openPort(
  { port, log, handlers }: Pick<SystemOptions, 'port' | 'log'> & { handlers: Handlers },
  { settings, ports, db, issuer, parts, switches }: Omit<System, 'url' | 'process' | 'stop'>,
) {
  const keys = await listenOnLoopback(async () => ({ status: 200, body: JSON.stringify(issuer.jwks()) }));
  const redis = settings.CACHE_URL ? connectRedis({ url: settings.CACHE_URL }) : undefined;
  const cache = redis && createReadCache(redis);
  const platform = createPlatformRoutes({ db, cache, tombstones: ports.tombstones, userIdClaim: ports.userIdClaim });
  const closeOthers = async () => {
    await keys.close();
    redis?.close();
  };
  const gateway = await startGateway({
    port,
    routes: [...apiRoutes(handlers), ...platform],
    jwt: { ...ISSUER, jwksUri: `${keys.url}/jwks.json` },
    mounts: [
      serveSwitches(switches),
      serveDescription,
      createSignIn({ issuer, accounts: () => ACCOUNTS }),
      servePageConfiguration({
        undoSeconds: settings.UNDO_SECONDS,
        playableWhileWaiting: settings.PLAYABLE_WHILE_WAITING === 'true',
      }),
      ...(parts.edge ? [proxyTo('/videos/', parts.edge.url)] : []),
    ],
    statics: join(import.meta.dirname, '../../dist/web'),
    onError: (error) => log.error('request failed', { error: error instanceof Error ? error.name : 'unknown' }),
  }).catch(async (error) => {
    await closeOthers();
    throw error;
  });
  return {
    url: gateway.url,
    async stop() {
      await gateway.stop();
      await closeOthers();
    },
  };
}
