import { describe } from 'vitest';
import { startRedisServer } from '../../../local/redis/redis-server.ts';
import { startRedisStandIn } from '../../../local/redis/redis-stand-in.ts';
import { findRedisServer } from '../../../local/redis/start-cache.ts';
import { describeRedisProtocol } from '../../contracts/redis-protocol.ts';

const redisServer = findRedisServer();

describe('the stand-in', () => describeRedisProtocol(() => startRedisStandIn()));

describe.runIf(redisServer)('redis-server', () => describeRedisProtocol(() => startRedisServer(redisServer as string)));
