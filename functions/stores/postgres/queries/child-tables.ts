import { placesIn, type RowPlace } from '../../../deletion/data-map/data-map.ts';

/** A table whose rows belong to one video and go before it. */
export type ChildTable = Extract<RowPlace, { action: 'delete'; column: 'video_id' }>;

/** True for a table that may be emptied row by row: not the video itself, nor reports, which are kept. */
export function isChildTable(place: RowPlace): place is ChildTable {
  return place.action === 'delete' && place.column === 'video_id';
}

/** The child tables of the data map, in its order. */
export const CHILD_TABLES: readonly ChildTable[] = placesIn('rows').filter(isChildTable);
