import { type RawBuilder, sql } from 'kysely';

/** The ids that the URLs of a video hold, lower case, in any spelling. An index has exactly this expression. */
export const IDS_IN = sql`video_deletion_ids_in(url_hls, url_mp4, thumbnail)`;

/** The characters of an id, which a URL may hold as percent escapes, in both cases. */
const ESCAPED = [
  ['%2d', '-'],
  ...Array.from('0123456789', (digit) => [`%3${digit}`, digit]),
  ...Array.from('abcdef', (letter, n) => [`%4${n + 1}`, letter]),
  ...Array.from('abcdef', (letter, n) => [`%6${n + 1}`, letter]),
] as [string, string][];

/** Creates the function that finds ids in URLs. */
export function createIdsIn(): RawBuilder<unknown> {
  const decoded = ESCAPED.reduce((text, [coded, plain]) => `replace(${text}, '${coded}', '${plain}')`, 'lower(url)');
  return sql`create or replace function video_deletion_ids_in(variadic urls text[]) returns text[]
    language sql immutable parallel safe as ${sql.lit(`
      select coalesce(array_agg(distinct found[1]), '{}')
      from unnest(urls) as url,
        regexp_matches(${decoded}, '([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})', 'g') as found`)}`;
}
