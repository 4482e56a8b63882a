import {
  type Catalogue,
  type ForeignKey,
  isIndexed,
  isNamedVideoId,
  keysTo,
  nameOf,
  type Relation,
  type Spot,
  withViewsOver,
} from './catalogue.ts';
import { placesIn, VIDEOS } from './data-map.ts';

/** A place of the data map, as far as a catalogue knows of it. */
export type TablePlace = { table: string; column: string; action: 'delete' | 'resolve' | 'refresh' };

/**
 * One thing to know of a table, in the words of the catalogue; `column` is `*` where no single one is meant.
 * - `noVideos`: there is no table `videos`: this is another database, or another search path.
 * - `uncovered`: it holds data of a video, and no place of the data map names it.
 * - `unindexed`: finding a video's rows, or deleting what they refer to, reads the whole table.
 * - `blocks`: its foreign key forbids to delete what it refers to as long as it has rows.
 * - `cascades`: its rows are meant to stay, and its foreign key deletes them.
 * - `missing`: a place of the data map that is not there. A platform may lack it.
 * - `view`: a view over such tables that no place names. It keeps no rows of its own.
 */
export type DataMapFinding = {
  kind: 'noVideos' | 'uncovered' | 'unindexed' | 'blocks' | 'cascades' | 'missing' | 'view';
  table: string;
  column: string;
  message: string;
};

/** True for what must be mended before videos are deleted from this database; the rest is to be looked at once. */
export function isFailure({ kind }: Pick<DataMapFinding, 'kind'>): boolean {
  return kind !== 'missing' && kind !== 'view';
}

/**
 * Compares the data map with the catalogue of a database.
 * @returns what differs, failures first; nothing does when the list is empty
 */
export function checkDataMap(
  { relations, foreignKeys }: Catalogue,
  places: readonly TablePlace[] = placesIn('rows'),
): DataMapFinding[] {
  const found = new Map(relations.map((relation) => [relation.name, relation]));
  if (!found.has(VIDEOS.table))
    return [finding('noVideos', spotOfPlace(VIDEOS), 'is not there: the search path leads to no table of this name')];
  const goes = (key: ForeignKey) => key.onDelete === 'cascade' || deletionOf(key.table, places) >= 0;
  const keys = keysTo(VIDEOS.table, foreignKeys, goes);
  const isThere = ({ table, column }: TablePlace) => found.get(table)?.columns.includes(column) ?? false;
  const lookups = [...keys.map(spotOf), ...places.filter(isThere).map(spotOfPlace)];
  const absent = places.filter((place) => !isThere(place));
  const findings = [
    ...uncoveredKeys(keys, places),
    ...uncoveredColumns(relations, keys, places),
    ...uncoveredViews(relations, keys, places),
    ...unindexed(found, lookups),
    ...keys.flatMap((key) => harmBy(key, places)),
    ...absent.map((place) => finding('missing', spotOfPlace(place), 'is in the data map and not in the database')),
  ];
  return findings.toSorted((a, b) => Number(isFailure(b)) - Number(isFailure(a)));
}

/** Rows that refer to the video itself are found by that column; those that refer to other rows, in their table's own way. */
function uncoveredKeys(keys: readonly ForeignKey[], places: readonly TablePlace[]): DataMapFinding[] {
  const isCovered = (key: ForeignKey) =>
    places.some(({ table, column }) => {
      const isVideos = key.toTable === VIDEOS.table;
      return table === key.table && (!isVideos || spotOf(key).columns.includes(column));
    });
  return keys.filter((key) => !isCovered(key)).map((key) => uncovered(spotOf(key), `refers to ${key.toTable}`));
}

/** Tables that hold an id by the name of the column, without a foreign key that says so. */
function uncoveredColumns(
  relations: readonly Relation[],
  keys: readonly ForeignKey[],
  places: readonly TablePlace[],
): DataMapFinding[] {
  const known = new Set([...keys.map(spotOf), ...places.map(spotOfPlace)].map(nameOf));
  return relations
    .filter(({ kind }) => kind === 'table' || kind === 'foreignTable')
    .flatMap(({ name: table, columns }) =>
      columns.filter(isNamedVideoId).map((column) => ({ table, columns: [column] })),
    )
    .filter((spot) => !known.has(nameOf(spot)))
    .map((spot) => uncovered(spot, 'is named like the id of a video'));
}

function uncoveredViews(
  relations: readonly Relation[],
  keys: readonly ForeignKey[],
  places: readonly TablePlace[],
): DataMapFinding[] {
  const withId = relations.filter(({ columns }) => columns.some(isNamedVideoId)).map(({ name }) => name);
  const concerned = withViewsOver([VIDEOS.table, ...keys.map(({ table }) => table), ...withId], relations);
  return relations
    .filter(({ kind, name }) => (kind === 'view' || kind === 'materialisedView') && concerned.has(name))
    .filter(({ name }) => places.every(({ table }) => table !== name))
    .map(({ kind, name: table, columns }) => {
      const spot = { table, columns: [columns.find(isNamedVideoId) ?? '*'] };
      return kind === 'materialisedView'
        ? uncovered(spot, 'keeps what it has read of videos')
        : finding('view', spot, 'is of a view over data of videos, which keeps no rows of its own');
    });
}

/** Of every key and every column of the data map by which rows are looked up. */
function unindexed(found: ReadonlyMap<string, Relation>, spots: readonly Spot[]): DataMapFinding[] {
  const lacking = spots.filter(({ table, columns }) => {
    const relation = found.get(table);
    return relation && relation.kind !== 'view' && !isIndexed(relation, columns);
  });
  const distinct = new Map(lacking.map((spot) => [nameOf(spot), spot]));
  return [...distinct.values()].map((spot) =>
    finding('unindexed', spot, 'is a key without an index that begins with it'),
  );
}

/** What the key itself does when the rows that it refers to are deleted. */
function harmBy(key: ForeignKey, places: readonly TablePlace[]): DataMapFinding[] {
  const { table, toTable, onDelete } = key;
  const own = deletionOf(table, places);
  const goesFirst = own >= 0 && own < deletionOf(toTable, places);
  if ((onDelete === 'noAction' || onDelete === 'restrict') && !goesFirst)
    return [finding('blocks', spotOf(key), `forbids to delete from ${toTable} while it has rows`)];
  const isKept = places.some((place) => place.table === table && place.action === 'resolve');
  if (isKept && onDelete === 'cascade')
    return [finding('cascades', spotOf(key), `deletes rows that are meant to stay, with those of ${toTable}`)];
  return [];
}

/** Where in the order of deletions a table is emptied; -1 when it is not. */
function deletionOf(table: string, places: readonly TablePlace[]): number {
  return places.findIndex((place) => place.table === table && place.action === 'delete');
}

/** The column of the key that holds the video's id, or all that make up the key. */
function spotOf({ table, toTable, columns, toColumns }: ForeignKey): Spot {
  const own = toTable === VIDEOS.table ? columns[toColumns.indexOf(VIDEOS.column)] : undefined;
  return { table, columns: own === undefined ? columns : [own] };
}

function spotOfPlace({ table, column }: Pick<TablePlace, 'table' | 'column'>): Spot {
  return { table, columns: [column] };
}

function uncovered(spot: Spot, why: string): DataMapFinding {
  return finding('uncovered', spot, `${why}, and no place of the data map covers it`);
}

/** @param says what there is to say of the column: the message begins with its name */
function finding(kind: DataMapFinding['kind'], spot: Spot, says: string): DataMapFinding {
  return { kind, table: spot.table, column: spot.columns.join(', '), message: `${nameOf(spot)} ${says}` };
}
