import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import { isUuid } from '../../functions/deletion/video-id.ts';
import type { Database, VideoStatus } from '../../functions/stores/postgres/database.ts';
import { Problem } from './problem.ts';
import { selectVideos } from './video.ts';

/** What the owner looks for. `shown` are states as a person knows them. */
export type Search = { words: string; shown: keyof typeof SHOWN | 'all'; sort: keyof typeof ORDERS; limit: number };
type Position = { key: string; id: string };

const SHOWN = {
  ready: ['ready'],
  processing: ['uploading', 'processing'],
  failed: ['failed', 'rejected'],
} as const satisfies Record<string, readonly VideoStatus[]>;

/** What each order goes by. The id orders videos that are alike. */
const ORDERS = {
  newest: { by: sql`(extract(epoch from videos.created_at) * 1000000)::bigint`, type: sql`bigint`, isDown: true },
  oldest: { by: sql`(extract(epoch from videos.created_at) * 1000000)::bigint`, type: sql`bigint`, isDown: false },
  viewed: { by: sql`coalesce(views, 0)::bigint`, type: sql`bigint`, isDown: true },
  longest: { by: sql`coalesce(duration_seconds, 0)::bigint`, type: sql`bigint`, isDown: true },
  title: { by: sql`lower(title)`, type: sql`text`, isDown: false },
} as const satisfies Record<string, { by: RawBuilder<unknown>; type: RawBuilder<unknown>; isDown: boolean }>;

/** The most videos of a page, and the most characters that can be searched for. */
const MOST = { videos: 100, words: 200 };
const USUAL = 20;

/** @throws {Problem} 400 for what is none of these */
export function parseSearch({
  q = '',
  status = 'all',
  sort = 'newest',
  limit,
}: Record<string, string | undefined>): Search {
  const size = limit === undefined ? USUAL : Number(limit);
  if (q.length > MOST.words) throw new Problem(400, `q may have at most ${MOST.words} characters`);
  if (status !== 'all' && !(status in SHOWN)) throw new Problem(400, `status may be ${Object.keys(SHOWN).join(', ')}`);
  if (!(sort in ORDERS)) throw new Problem(400, `sort may be ${Object.keys(ORDERS).join(', ')}`);
  if (!/^\d{1,3}$/.test(limit ?? '1') || size < 1 || size > MOST.videos)
    throw new Problem(400, `limit may be a whole number from 1 to ${MOST.videos}`);
  return { words: q, shown: status as Search['shown'], sort: sort as Search['sort'], limit: size };
}

/** A page of what the owner looks for, hidden videos included, and how many there are that are not hidden. */
export async function searchVideos(db: Kysely<Database>, ownerId: string, search: Search, cursor: string | undefined) {
  const { by, type, isDown } = ORDERS[search.sort];
  const direction = isDown ? 'desc' : 'asc';
  let page = matching(selectVideos(db), ownerId, search)
    .select(sql<string>`${by}::text`.as('key'))
    .orderBy(by, direction)
    .orderBy('videos.id', direction)
    .limit(search.limit + 1);
  if (cursor !== undefined) {
    const { key, id } = parsePosition(cursor, search.sort);
    const after = sql`(${key}::text::${type}, ${id}::uuid)`;
    page = page.where(sql<SqlBool>`(${by}, videos.id) ${isDown ? sql`<` : sql`>`} ${after}`);
  }
  const visible = matching(db.selectFrom('videos'), ownerId, search).where('deleted_at', 'is', null);
  const [rows, counted] = await Promise.all([
    page.execute(),
    visible.select(sql<string>`count(*)`.as('total')).executeTakeFirstOrThrow(),
  ]);
  const onPage = rows.slice(0, search.limit);
  const last = onPage.at(-1);
  const next = last && rows.length > search.limit ? { cursor: cursorOf(search.sort, last) } : {};
  return { rows: onPage, total: Number(counted.total), ...next };
}

/** The owner's videos that the words and states leave. */
function matching<Query extends { where: unknown }>(query: Query, ownerId: string, { words, shown }: Search): Query {
  let found = (query as unknown as ReturnType<typeof selectVideos>).where('user_id', '=', ownerId);
  // In a pattern, these three have a meaning of their own.
  const pattern = `%${words.trim().replaceAll(/[\\%_]/g, '\\$&')}%`;
  if (words.trim() !== '') found = found.where('title', 'ilike', pattern);
  if (shown !== 'all') found = found.where('status', 'in', [...SHOWN[shown]]);
  return found as unknown as Query;
}

function cursorOf(sort: Search['sort'], { key, id }: Position): string {
  return Buffer.from(JSON.stringify([sort, key, id])).toString('base64url');
}

/** @throws {Problem} 400 when `cursorOf` did not write it for this order */
function parsePosition(cursor: string, sort: Search['sort']): Position {
  const refused = new Problem(400, 'The cursor is not one that an earlier page gave');
  try {
    const [of, key, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    const isKey = typeof key === 'string' && (sort === 'title' || /^\d{1,18}$/.test(key));
    if (of === sort && isKey && typeof id === 'string' && isUuid(id) && cursorOf(sort, { key, id }) === cursor)
      return { key, id };
  } catch {
    throw refused;
  }
  throw refused;
}
