import { chunksOf } from '../../deletion/chunks-of.ts';
import { FEED_VERSION, isFeedPage } from '../../deletion/data-map/data-map.ts';
import { reasonOf, StepFailed } from '../../deletion/errors.ts';
import type { VideoCache } from '../../deletion/ports.ts';
import { isReply, type KeyCommands, type Redis } from './connect-redis.ts';

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
      const own = startCount();
      const listed = startCount();
      const removed = () => ({ keys: own.sum, pages: listed.sum });
      const atLeast = () => own.atLeast || listed.atLeast;
      const others = new Set<string>();
      const result = () => ({
        ...removed(),
        ...(others.size > 0 && { others: others.size }),
        ...(atLeast() && { atLeast: true as const }),
      });
      try {
        await unlinkAll(redis, keys, own);
        if (pagesIn === undefined) return result();
        for (let round = 0; round < MAX_ROUNDS; round += 1) {
          const members = await redis.run((client) => client.sMembers(pagesIn));
          if (members.length === 0) return result();
          for (const member of members) if (!isFeedPage(member)) others.add(member);
          await unlinkListed(redis, members, pagesIn, listed);
        }
      } catch (error) {
        throw new StepFailed(reasonOf(error), removed(), { cause: error, atLeast: atLeast() });
      }
      throw new StepFailed('PagesKeepComing', removed(), { atLeast: atLeast() });
    },
    async ageFeeds() {
      await redis.run((client) => client.incr(FEED_VERSION));
    },
    async look(keys, pagesIn) {
      const pages = (await redis.run((client) => client.sMembers(pagesIn))).filter(isFeedPage);
      return { keys: await countExisting(redis, keys), pages: await countExisting(redis, pages) };
    },
  };
}

/**
 * Deletes the pages, then takes all members off the list, so that a crash in between loses none. A page that a reader
 * writes again before it is off the list is no longer listed: the second deletion covers it. Redis deletes the set with
 * its last member, so a page that a reader adds meanwhile stays listed.
 */
async function unlinkListed(
  redis: Redis<KeyCommands>,
  members: readonly string[],
  pagesIn: string,
  count: Count,
): Promise<void> {
  const pages = members.filter(isFeedPage);
  await unlinkAll(redis, pages, count);
  await inPipelines(redis, chunksOf(members, PIPELINE_LENGTH), (client, chunk) => client.sRem(pagesIn, chunk));
  await unlinkAll(redis, pages, count);
}

function unlinkAll(redis: Redis<KeyCommands>, keys: readonly string[], count: Count): Promise<void> {
  return inPipelines(redis, keys, (client, key) => client.unlink(key), count);
}

async function countExisting(redis: Redis<KeyCommands>, keys: readonly string[]): Promise<number> {
  const count = startCount();
  await inPipelines(redis, keys, (client, key) => client.exists(key), count);
  return count.sum;
}

/** The sum of the answers so far. `atLeast`: a command was sent whose answer never came. */
type Count = { sum: number; atLeast: boolean };
const startCount = (): Count => ({ sum: 0, atLeast: false });

/**
 * Sends one command for each item, in pipelines. A run that is repeated on a new connection sends again only the
 * commands that have no answer: a second `UNLINK` of a deleted key would answer 0.
 */
async function inPipelines<T>(
  redis: Redis<KeyCommands>,
  items: readonly T[],
  command: (client: KeyCommands, item: T) => Promise<number>,
  count = startCount(),
): Promise<void> {
  for (const chunk of chunksOf(items, PIPELINE_LENGTH)) {
    const unanswered = new Set(chunk);
    await redis.run(async (client) => {
      const sent = [...unanswered].map(async (item) => {
        try {
          const answer = await command(client, item);
          count.sum += answer;
          unanswered.delete(item);
        } catch (error) {
          count.atLeast ||= !isReply(error);
          throw error;
        }
      });
      throwFirst(await Promise.allSettled(sent));
    });
  }
}

function throwFirst(outcomes: readonly PromiseSettledResult<void>[]): void {
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}
