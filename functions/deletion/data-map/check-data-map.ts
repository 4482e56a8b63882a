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

/** A place of the data map that can be compared with a catalogue. */
export type TablePlace = { table: string; column: string; action: 'delete' | 'resolve' | 'refresh' };

/**
 * A finding about a table, with names as in the catalogue. `column` is `*` if the finding is about the whole table.
 * - `noVideos`: there is no table `videos`, so this is another database or another search path.
 * - `uncovered`: the table contains data of a video, and no place of the data map names it.
 * - `hidden`: row level security may hide rows of the table from the role that deletes and checks.
 * - `unindexed`: finding the rows of a video, or deleting what they refer to, reads the whole table.
 * - `blocks`: the foreign key forbids deleting the row that it refers to while the table has rows.
 * - `cascades`: the rows should stay, but the foreign key deletes them.
 * - `missing`: the database lacks this place of the data map. A platform may lack it.
 * - `view`: a view over such tables that no place names. It has no rows of its own.
 */
export type DataMapFinding = {
  kind: 'noVideos' | 'uncovered' | 'hidden' | 'unindexed' | 'blocks' | 'cascades' | 'missing' | 'view';
  table: string;
  column: string;
  message: string;
};

/**
 * True for a finding that must be fixed before videos are deleted from this database. A person should check the others
 * once.
 */
export function isFailure({ kind }: Pick<DataMapFinding, 'kind'>): boolean {
  return kind !== 'missing' && kind !== 'view';
}

/**
 * Compares the data map with the catalogue of a database.
 * @returns the differences, failures first; an empty list if there are none
 */
export function checkDataMap(
  { relations, foreignKeys, hidden = [] }: Catalogue,
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
    ...hidden.map((table) => finding('hidden', { table, columns: ['*'] }, 'may hide rows by row level security')),
    ...unindexed(found, lookups),
    ...keys.flatMap((key) => harmBy(key, places)),
    ...absent.map((place) => finding('missing', spotOfPlace(place), 'is in the data map and not in the database')),
  ];
  return findings.toSorted((a, b) => Number(isFailure(b)) - Number(isFailure(a)));
}

/**
 * A key to the video itself must be a column of a place. For a key to another table, it is enough that a place names
 * its table.
 */
function uncoveredKeys(keys: readonly ForeignKey[], places: readonly TablePlace[]): DataMapFinding[] {
  const isCovered = (key: ForeignKey) =>
    places.some(({ table, column }) => {
      const isVideos = key.toTable === VIDEOS.table;
      return table === key.table && (!isVideos || spotOf(key).columns.includes(column));
    });
  return keys.filter((key) => !isCovered(key)).map((key) => uncovered(spotOf(key), `refers to ${key.toTable}`));
}

/** Columns that are named like the id of a video, but have no foreign key. */
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

/** The foreign keys and the columns of the data map that a deletion finds rows by, but that have no index. */
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

/** What the foreign key does wrong when the rows that it refers to are deleted. */
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

/** The position of the table in the order of deletions. -1 if its rows are not deleted. */
function deletionOf(table: string, places: readonly TablePlace[]): number {
  return places.findIndex((place) => place.table === table && place.action === 'delete');
}

/** The column of the key with the id of the video, or all columns of a key to another table. */
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

/** @param says the rest of the message, after the name of the column */
function finding(kind: DataMapFinding['kind'], spot: Spot, says: string): DataMapFinding {
  return { kind, table: spot.table, column: spot.columns.join(', '), message: `${nameOf(spot)} ${says}` };
}
