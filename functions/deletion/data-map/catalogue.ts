/**
 * The relations and foreign keys of a PostgreSQL database, as far as the check of the data map needs them. Names are
 * quoted as the database quotes them, and relations have their schema unless the search path finds them: `views`,
 * `archive.views`, `"Video Tags"`. A partition is part of its root and has no entry of its own.
 */
export type Catalogue = {
  relations: readonly Relation[];
  foreignKeys: readonly ForeignKey[];
  /** Tables of which row level security may hide rows from the role that was asked about. Absent: nobody asked. */
  hidden?: readonly string[];
};

export type Relation = {
  name: string;
  kind: 'table' | 'foreignTable' | 'view' | 'materialisedView';
  /** The columns that are named like the id of a video, and those that were requested. */
  columns: string[];
  /** For the table, or for each of its partitions: the columns of every index that finds rows by equality, in order. */
  indexes: string[][][];
  /** The relations that a view reads. */
  reads: string[];
};

export type ForeignKey = {
  table: string;
  columns: string[];
  toTable: string;
  /** The columns that `columns` refer to, one by one. */
  toColumns: string[];
  onDelete: 'noAction' | 'restrict' | 'cascade' | 'setNull' | 'setDefault';
};

/** A column of a relation, or the columns of one of its keys. */
export type Spot = { table: string; columns: readonly string[] };

/** `views.video_id` */
export function nameOf({ table, columns }: Spot): string {
  return `${table}.${columns.join(', ')}`;
}

/** True for a column whose name says that it contains the id of a video: `video_id`, `videoId`. */
export function isNamedVideoId(column: string): boolean {
  return /^"?video_?id"?$/i.test(column);
}

/** True when every part of the relation has an index that begins with all of these columns, in any order. */
export function isIndexed({ indexes }: Pick<Relation, 'indexes'>, columns: readonly string[]): boolean {
  return indexes.every((ofPart) => ofPart.some((index) => startsWith(index, columns)));
}

function startsWith(index: readonly string[], columns: readonly string[]): boolean {
  const start = index.slice(0, columns.length);
  return start.length === columns.length && columns.every((column) => start.includes(column));
}

/**
 * The foreign keys that refer to `table`, directly or through other tables whose rows are deleted with it.
 * @param goes whether the rows with a key are deleted together with the rows that it refers to
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

/** The names, and the names of all views that read one of them, directly or through other views. */
export function withViewsOver(names: Iterable<string>, relations: readonly Relation[]): Set<string> {
  const found = new Set(names);
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { name, reads } of relations) if (reads.some((read) => found.has(read))) found.add(name);
  }
  return found;
}
