/**
 * What a PostgreSQL database says of itself, as far as the check of the data map needs it. Relations and columns are named as
 * the database quotes them, relations with their schema unless the search path finds them: `views`, `archive.views`,
 * `"Video Tags"`. A partition is part of its root and never named itself.
 */
export type Catalogue = { relations: readonly Relation[]; foreignKeys: readonly ForeignKey[] };

export type Relation = {
  name: string;
  kind: 'table' | 'foreignTable' | 'view' | 'materialisedView';
  /** Those named like the id of a video, and those that were asked for. */
  columns: string[];
  /** For each part that holds rows (the table, or its partitions): the columns of every index that finds rows by equality, in order. */
  indexes: string[][][];
  /** What a view reads. */
  reads: string[];
};

export type ForeignKey = {
  table: string;
  columns: string[];
  toTable: string;
  /** What `columns` refer to, one by one. */
  toColumns: string[];
  onDelete: 'noAction' | 'restrict' | 'cascade' | 'setNull' | 'setDefault';
};

/** A column, or the columns of one key, of a relation. */
export type Spot = { table: string; columns: readonly string[] };

/** `views.video_id` */
export function nameOf({ table, columns }: Spot): string {
  return `${table}.${columns.join(', ')}`;
}

/** True for a column that holds the id of a video, by its name: `video_id`, `videoId`. */
export function isNamedVideoId(column: string): boolean {
  return /^"?video_?id"?$/i.test(column);
}

/**
 * True when every part of the relation has an index that finds rows by these columns: it begins with all of them in any order.
 */
export function isIndexed({ indexes }: Pick<Relation, 'indexes'>, columns: readonly string[]): boolean {
  return indexes.every((ofPart) => ofPart.some((index) => startsWith(index, columns)));
}

function startsWith(index: readonly string[], columns: readonly string[]): boolean {
  const start = index.slice(0, columns.length);
  return start.length === columns.length && columns.every((column) => start.includes(column));
}

/**
 * The foreign keys by which rows depend on those of `table`, directly or by way of others whose rows go with them.
 * @param goes whether the rows that a key belongs to go with what it refers to
 */
export function keysTo(
  table: string,
  foreignKeys: readonly ForeignKey[],
  goes: (key: ForeignKey) => boolean,
): ForeignKey[] {
  const found: ForeignKey[] = [];
  const seen = new Set<string>();
  for (const parents = [table]; parents.length > 0; ) {
    const parent = parents.shift() as string;
    if (seen.has(parent)) continue;
    seen.add(parent);
    const keys = foreignKeys.filter(({ toTable }) => toTable === parent);
    found.push(...keys);
    parents.push(...keys.filter(goes).map((key) => key.table));
  }
  return found;
}

/** The names, and those of all views that read one of them, directly or by way of other views. */
export function withViewsOver(names: Iterable<string>, relations: readonly Relation[]): Set<string> {
  const found = new Set(names);
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { name, reads } of relations) if (reads.some((read) => found.has(read))) found.add(name);
  }
  return found;
}
