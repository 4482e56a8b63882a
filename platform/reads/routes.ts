import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Kysely } from 'kysely';
import { InvalidVideoId } from '../../functions/deletion/errors.ts';
import type { Tombstones } from '../../functions/deletion/ports.ts';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import type { Database } from '../../functions/stores/postgres/database.ts';
import { type Position, parseCursor } from './cursor.ts';
import { Problem, problemAnswer } from './problem.ts';
import type { ReadCache } from './read-cache.ts';
import { readFeed } from './read-feed.ts';
import { readOwnDeletions, readOwnVideos, searchOwnVideos } from './read-own-videos.ts';
import { readAccount, readProfile } from './read-profile.ts';
import { readVideo } from './read-video.ts';
import { parseSearch } from './search-videos.ts';

type Event = APIGatewayProxyEventV2WithJWTAuthorizer;

export type PlatformSources = {
  db: Kysely<Database>;
  /** Absent: every read goes to the database. */
  cache?: ReadCache;
  tombstones: Pick<Tombstones, 'find'>;
  /** The claim with the user's id. Default: `sub`. */
  userIdClaim?: string;
};

/** A read of the sample platform, as the gateway serves it. */
export type PlatformRoute = {
  method: 'GET';
  path: string;
  authorizer: 'jwt' | 'none';
  handler: (event: Event) => Promise<APIGatewayProxyStructuredResultV2>;
};

/**
 * The sample platform's API: a profile, its videos, the feed and one video. Public reads need no token. A problem is
 * answered in the form of RFC 9457. An error of a store is thrown, and the gateway answers 500.
 */
export function createPlatformRoutes({ userIdClaim = 'sub', ...sources }: PlatformSources): PlatformRoute[] {
  const callerOf = (event: Event) => String(event.requestContext.authorizer.jwt.claims[userIdClaim] ?? '');
  return [
    route('/api/v1/users/me', 'jwt', (event) => readProfile(sources, callerOf(event))),
    route('/api/v1/users/me/videos', 'jwt', async (event) => {
      const isSearch = withDeletions(event) && !onlyDeletions(event);
      const after = isSearch ? undefined : positionIn(event);
      const search = parseSearch(event.queryStringParameters ?? {});
      const { id } = await readAccount(sources, callerOf(event));
      if (isSearch) return searchOwnVideos(sources, id, search, event.queryStringParameters?.cursor);
      return withDeletions(event) ? readOwnDeletions(sources, id, after) : readOwnVideos(sources, id, after);
    }),
    route('/api/v1/feed', 'none', async (event) => readFeed(sources, positionIn(event))),
    route('/api/v1/videos/{videoId}', 'none', async (event) => readVideo(sources, videoIdIn(event))),
  ];
}

function route(
  path: string,
  authorizer: PlatformRoute['authorizer'],
  read: (event: Event) => Promise<object>,
): PlatformRoute {
  const handler = async (event: Event) => {
    try {
      return answer(await read(event));
    } catch (error) {
      if (error instanceof Problem) return problemAnswer(error, event.rawPath);
      throw error;
    }
  };
  return { method: 'GET', path, authorizer, handler };
}

/**
 * Only the platform's own cache may keep a copy. A browser's copy would still show a video that has been hidden since.
 */
function answer(value: object): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(value),
  };
}

function positionIn({ queryStringParameters }: Event): Position | undefined {
  const cursor = queryStringParameters?.cursor;
  return cursor === undefined ? undefined : parseCursor(cursor);
}

function withDeletions({ queryStringParameters }: Event): boolean {
  const include = queryStringParameters?.include;
  if (include !== undefined && include !== 'deleting') throw new Problem(400, 'include may only be "deleting"');
  return include === 'deleting';
}

function onlyDeletions({ queryStringParameters }: Event): boolean {
  const only = queryStringParameters?.only;
  if (only !== undefined && only !== 'deleting') throw new Problem(400, 'only may only be "deleting"');
  return only === 'deleting';
}

function videoIdIn({ pathParameters }: Event) {
  try {
    return parseVideoId(pathParameters?.videoId);
  } catch (error) {
    if (error instanceof InvalidVideoId) throw new Problem(400, error.message);
    throw error;
  }
}
