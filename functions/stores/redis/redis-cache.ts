import { chunksOf } from '../../deletion/chunks-of.ts';
import { reasonOf, StepFailed } from '../../deletion/errors.ts';
import type { VideoCache } from '../../deletion/ports.ts';
import type { KeyCommands, Redis } from './connect-redis.ts';

/** Commands in one pipeline: they end within a run's timeout. ElastiCache Serverless takes up to 3,999 arguments. */
const PIPELINE_LENGTH = 500;
/** After so many rounds, readers add pages as fast as we delete them. A later retry is better than another round. */
const MAX_ROUNDS = 10;

/**
 * The platform's cache in Redis or Valkey. Every command names one key, so that it works on a cluster. The keys are
 * known or listed in a set, so that a deletion never scans.
 */
export function createRedisCache(redis: Redis<KeyCommands>): VideoCache {
  return {
    async fence(key, value, seconds) {
      await redis.run((client) => client.set(key, value, { expiration: { type: 'EX', value: seconds } }));
    },
    async lift(key) {
      await redis.run((client) => client.del(key));
    },
    async invalidate(keys, pagesIn) {
      const removed = { keys: 0, pages: 0 };
      try {
        removed.keys = await unlinkAll(redis, keys);
        if (pagesIn === undefined) return removed;
        for (let round = 0; round < MAX_ROUNDS; round += 1) {
          const pages = await redis.run((client) => client.sMembers(pagesIn));
          if (pages.length === 0) return removed;
          removed.pages += await unlinkListed(redis, pages, pagesIn);
        }
      } catch (error) {
        throw new StepFailed(reasonOf(error), removed, { cause: error });
      }
      throw new StepFailed('PagesKeepComing', removed);
    },
    async ageFeeds() {
      await redis.run((client) => client.incr('feed:version'));
    },
    async look(keys, pagesIn) {
      const pages = await redis.run((client) => client.sMembers(pagesIn));
      return { keys: await countExisting(redis, keys), pages: await countExisting(redis, pages) };
    },
  };
}

/**
 * Deletes the pages, then takes them off the list, so that a crash in between loses none. A page that a reader writes
 * again before it is off the list is no longer listed: the second deletion covers it. Redis deletes the set with its
 * last member, so a page that a reader adds meanwhile stays listed.
 */
async function unlinkListed(redis: Redis<KeyCommands>, pages: readonly string[], pagesIn: string): Promise<number> {
  const removed = await unlinkAll(redis, pages);
  await inPipelines(redis, chunksOf(pages, PIPELINE_LENGTH), (client, chunk) => client.sRem(pagesIn, chunk));
  return removed + (await unlinkAll(redis, pages));
}

function unlinkAll(redis: Redis<KeyCommands>, keys: readonly string[]): Promise<number> {
  return inPipelines(redis, keys, (client, key) => client.unlink(key));
}

function countExisting(redis: Redis<KeyCommands>, keys: readonly string[]): Promise<number> {
  return inPipelines(redis, keys, (client, key) => client.exists(key));
}

/** Sends one command for each item, in pipelines. @returns the sum of the answers */
async function inPipelines<T>(
  redis: Redis<KeyCommands>,
  items: readonly T[],
  command: (client: KeyCommands, item: T) => Promise<number>,
): Promise<number> {
  let sum = 0;
  for (const chunk of chunksOf(items, PIPELINE_LENGTH)) {
    const answers = await redis.run((client) => Promise.all(chunk.map((item) => command(client, item))));
    sum += answers.reduce((total, answer) => total + answer, 0);
  }
  return sum;
}
