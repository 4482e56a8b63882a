import { createClient } from '@redis/client';
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { describeCollections } from './redis-protocol/collections.ts';
import { describeConnection } from './redis-protocol/connection.ts';
import { describeExpiry } from './redis-protocol/expiry.ts';
import { describeKeys } from './redis-protocol/keys.ts';
import { describeRefusals } from './redis-protocol/refusals.ts';
import { describeStrings } from './redis-protocol/strings.ts';

type Server = { url: string; stop(): Promise<void> };
/** A client in either version of the protocol. */
export type RedisConnection = ReturnType<typeof connectionTo>;

/** What the platform and the deletion rely on in a Redis server, in either version of the protocol. */
export function describeRedisProtocol(start: () => Promise<Server>): void {
  let server: Server;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  describe.each([2, 3] as const)('RESP%i', (protocol) => {
    let client: RedisConnection;
    beforeAll(async () => {
      client = connectionTo(server.url, protocol);
      await client.connect();
    });
    beforeEach(() => client.flushDb());
    afterAll(() => client.destroy());

    describeConnection(() => client, protocol);
    describeStrings(() => client);
    describeExpiry(() => client);
    describeCollections(() => client);
    describeKeys(() => client);
    describeRefusals(() => client);
  });
}

function connectionTo(url: string, protocol: 2 | 3) {
  return createClient({ url, RESP: protocol, socket: { reconnectStrategy: false } }).on('error', () => {});
}
