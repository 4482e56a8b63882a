import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { type Kysely, sql } from 'kysely';
import { expect } from 'vitest';
import type { Ports } from '../../../functions/deletion/ports.ts';
import type { Tombstone } from '../../../functions/deletion/record/tombstone.ts';
import { parseVideoId, type VideoId } from '../../../functions/deletion/video-id.ts';
import { hide } from '../../../functions/deletion/work/steps/hide.ts';
import type { Database, NewRow } from '../../../functions/stores/postgres/database.ts';
import { createPostgresRows } from '../../../functions/stores/postgres/postgres-rows.ts';
import { connectRedis } from '../../../functions/stores/redis/connect-redis.ts';
import { createRedisCache } from '../../../functions/stores/redis/redis-cache.ts';
import { matchRoute, segmentsOf } from '../../../local/gateway/match-route.ts';
import { startCache } from '../../../local/redis/start-cache.ts';
import { createReadCache, type ReadCache } from '../../../platform/reads/read-cache.ts';
import { createPlatformRoutes } from '../../../platform/reads/routes.ts';
import { aTombstone } from '../../support/a-tombstone.ts';
import { createMemoryTombstones } from '../../support/memory-tombstones.ts';
import { createOpenApiCheck } from '../../support/openapi.ts';
import { freshDatabase } from '../../support/postgres.ts';

const { expectMatches } = createOpenApiCheck();

export type PlatformUnderTest = Awaited<ReturnType<typeof startPlatform>>;

/** The platform's reads on a database, a cache and tombstones of their own. */
export async function startPlatform() {
  const database = await freshDatabase();
  const server = await startCache();
  const redis = connectRedis({ url: server.url });
  const { db } = database;
  const cache = createReadCache(redis);
  const tombstones = createMemoryTombstones();
  const ports = { rows: createPostgresRows(db), cache: createRedisCache(redis), clock: () => new Date() };
  const stop = async () => {
    redis.close();
    await server.stop();
    await database.drop();
  };
  const clear = async () => {
    await sql`truncate users, videos cascade`.execute(db);
    await redis.run((client) => client.flushDb());
  };
  return { db, redis, cache, tombstones, ports, stop, clear };
}

export type Answer = { status: number; body: Record<string, unknown> };

/**
 * Asks for a path as the user, or as nobody. `cache: undefined` stands for a platform without one. Every answer is held
 * against the OpenAPI file.
 */
export async function get(
  { db, tombstones, ...platform }: PlatformUnderTest,
  path: string,
  options: { as?: string; cache?: ReadCache | undefined } = {},
): Promise<Answer> {
  const cache = 'cache' in options ? options.cache : platform.cache;
  const routes = createPlatformRoutes({ db, tombstones, ...(cache && { cache }) });
  const url = new URL(path, 'http://platform');
  const match = matchRoute(routes, 'GET', segmentsOf(url.pathname) ?? []);
  if (!match) throw new Error(`No route for ${path}`);
  const event = {
    rawPath: url.pathname,
    pathParameters: match.pathParameters,
    queryStringParameters: Object.fromEntries(url.searchParams),
    requestContext: options.as ? { authorizer: { jwt: { claims: { sub: options.as }, scopes: [] } } } : {},
  } as unknown as APIGatewayProxyEventV2WithJWTAuthorizer;
  const { statusCode = 0, headers = {}, body = '' } = await match.route.handler(event);
  expectMatches('GET', url.pathname, statusCode, headers, body);
  return { status: statusCode, body: JSON.parse(body) };
}

/** The titles that an answer shows, in its order. */
export function titlesIn({ body }: Answer): string[] {
  return (body.videos as { title: string }[]).map(({ title }) => title);
}

/** Every title that the listing shows, page by page. */
export async function titlesInAll(platform: PlatformUnderTest, path: string, as?: string): Promise<string[]> {
  const titles: string[] = [];
  for (let next: unknown = ''; next !== undefined; ) {
    const page = await get(platform, next === '' ? path : `${path}?cursor=${next}`, { ...(as && { as }) });
    titles.push(...titlesIn(page));
    next = page.body.cursor;
  }
  return titles;
}

export async function addUser(db: Kysely<Database>, username: string, isActive = true): Promise<string> {
  const user = { username, email: `${username}@example.com`, is_active: isActive };
  return (await db.insertInto('users').values(user).returning('id').executeTakeFirstOrThrow()).id;
}

/** A ready video, unless `video` says otherwise. */
export async function addVideo(
  db: Kysely<Database>,
  video: Pick<NewRow<'videos'>, 'user_id' | 'title'> & Partial<NewRow<'videos'>>,
): Promise<VideoId> {
  const row = { status: 'ready' as const, ...video };
  return parseVideoId((await db.insertInto('videos').values(row).returning('id').executeTakeFirstOrThrow()).id);
}

/** What an accepted deletion has done when its 202 leaves: the tombstone stands and the video is hidden. */
export async function acceptDeletion(
  { tombstones, ports }: { tombstones: Ports['tombstones']; ports: PlatformUnderTest['ports'] },
  video: { videoId: VideoId; ownerId: string } & Partial<Tombstone>,
): Promise<Tombstone> {
  const tombstone = aTombstone(video);
  expect(await tombstones.write(undefined, tombstone)).toBe(true);
  await hide(ports, tombstone);
  return tombstone;
}
