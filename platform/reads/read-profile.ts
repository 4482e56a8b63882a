import type { Kysely } from 'kysely';
import { isUuid } from '../../functions/deletion/video-id.ts';
import type { Database } from '../../functions/stores/postgres/database.ts';
import { Problem } from './problem.ts';
import { type ReadCache, readThrough } from './read-cache.ts';

type Sources = { db: Kysely<Database>; cache?: ReadCache };

/** `created_at` is ISO 8601, in UTC. */
export type Account = { id: string; username: string; created_at: string };
/** Statistics of the videos that are not hidden. Likes and views are from the last refresh of `video_stats`. */
export type Figures = { videos_uploaded: number; total_likes_received: number; total_views: number };

/** How long a disabled account may still have access, in seconds. */
const ACCOUNT_SECONDS = 60;
const FIGURES_SECONDS = 30;

/**
 * The caller's profile and statistics.
 * @throws {Problem} as `readAccount`
 */
export async function readProfile(sources: Sources, userId: string): Promise<Account & { stats: Figures }> {
  const account = await readAccount(sources, userId);
  return { ...account, stats: await readFigures(sources, userId) };
}

/**
 * The caller's account.
 * @throws {Problem} 404 when there is none, 403 when it is disabled
 */
export function readAccount({ db, cache }: Sources, userId: string): Promise<Account> {
  const load = async () => {
    const user = await findUser(db, userId);
    if (!user) throw new Problem(404, 'There is no such account');
    if (!user.is_active) throw new Problem(403, 'This account is disabled');
    const { id, username, created_at } = user;
    return { value: { id, username, created_at: created_at.toISOString() }, mayKeep: true };
  };
  return readThrough(cache, { key: `user:${userId}:profile`, seconds: ACCOUNT_SECONDS, load });
}

async function findUser(db: Kysely<Database>, userId: string) {
  if (!isUuid(userId)) return undefined;
  return db
    .selectFrom('users')
    .select(['id', 'username', 'created_at', 'is_active'])
    .where('id', '=', userId)
    .executeTakeFirst();
}

/** Not cached while one of the videos is hidden, because an undo must count it again at once. */
function readFigures({ db, cache }: Sources, userId: string): Promise<Figures> {
  const load = async () => {
    const sums = await sumFigures(db, userId);
    const value = {
      videos_uploaded: Number(sums.videos),
      total_likes_received: Number(sums.likes ?? 0),
      total_views: Number(sums.views ?? 0),
    };
    return { value, mayKeep: Number(sums.hidden) === 0 };
  };
  return readThrough(cache, { key: `user:${userId}:stats`, seconds: FIGURES_SECONDS, load });
}

function sumFigures(db: Kysely<Database>, userId: string) {
  return db
    .selectFrom('videos')
    .leftJoin('video_stats', 'video_stats.video_id', 'videos.id')
    .where('user_id', '=', userId)
    .select(({ fn }) => [
      fn.countAll().filterWhere('deleted_at', 'is', null).as('videos'),
      fn.countAll().filterWhere('deleted_at', 'is not', null).as('hidden'),
      fn.sum('likes').filterWhere('deleted_at', 'is', null).as('likes'),
      fn.sum('views').filterWhere('deleted_at', 'is', null).as('views'),
    ])
    .executeTakeFirstOrThrow();
}
