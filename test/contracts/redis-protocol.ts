import { createClient } from '@redis/client';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { describeCollections } from './redis-protocol/collections.ts';
import { describeConnection } from './redis-protocol/connection.ts';
import { describeExpiry } from './redis-protocol/expiry.ts';
import { describeKeys } from './redis-protocol/keys.ts';
import { describeRefusals } from './redis-protocol/refusals.ts';
import { describeStrings } from './redis-protocol/strings.ts';

type Server = { url: string; stop(): Promise<void> };
export type RedisConnection = ReturnType<typeof connectionTo>;

/** Every command that the platform, the deletion, the demo and their tests send. The stand-in has no others. */
export function describeRedisProtocol(start: () => Promise<Server>): void {
  let server: Server;
  let client: RedisConnection;
  beforeAll(async () => {
    server = await start();
    client = connectionTo(server.url);
    await client.connect();
  });
  beforeEach(() => client.flushDb());
  afterAll(async () => {
    client.destroy();
    await server.stop();
  });

  describeConnection(() => client);
  describeStrings(() => client);
  describeExpiry(() => client);
  describeCollections(() => client);
  describeKeys(() => client);
  describeRefusals(() => client);
}

function connectionTo(url: string) {
  return createClient({ url, socket: { reconnectStrategy: false } }).on('error', () => {});
}
