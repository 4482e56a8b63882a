import { placesIn, type RowPlace } from '../../functions/deletion/data-map/data-map.ts';

/** The place of a table in the data map. */
export function placeOf<Table extends RowPlace['table']>(table: Table): Extract<RowPlace, { table: Table }> {
  const isThis = (place: RowPlace): place is Extract<RowPlace, { table: Table }> => place.table === table;
  const place = placesIn('rows').find(isThis);
  if (!place) throw new Error(`${table} is not in the data map`);
  return place;
}
