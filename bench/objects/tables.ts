import { ratio, tableOf } from '../table.ts';
import { LOSSES, type Loss } from './losses.ts';
import type { Measured } from './measure.ts';
import type { StoreSettings } from './store.ts';

export type Row = Measured & { name: string };

/** How long each way took, and its ratio to the first row and to the minimum (milliseconds) that the store allows. */
export function speedTable(settings: StoreSettings, minimum: number, rows: readonly Row[]): string {
  const { keys } = settings;
  const ours = rows[0]?.milliseconds ?? Number.NaN;
  const written = rows.map((row) => [
    row.name,
    seconds(row.milliseconds),
    ratio(row.milliseconds, ours),
    ratio(row.milliseconds, minimum),
    (keys / (row.milliseconds / 1_000)).toFixed(0),
    ...requestsOf(row).map(String),
    share(row.slowedDown, row.byOperation),
    Number.isNaN(row.cpuMilliseconds) ? '' : seconds(row.cpuMilliseconds),
    Number.isNaN(row.peakMegabytes) ? '' : `${row.peakMegabytes.toFixed(0)} MB`,
    leftOf(row),
  ]);
  const least = ['minimum', seconds(minimum), ratio(minimum, ours), ratio(minimum, minimum)];
  const blank = SPEED_HEAD.slice(least.length).map(() => '');
  return `${headline(settings)}\n${tableOf([`${keys} keys`, ...SPEED_HEAD.slice(1)], [...written, [...least, ...blank]])}`;
}

const SPEED_HEAD = [
  '',
  'time',
  'of ours',
  'of minimum',
  'keys/s',
  'lists',
  'deletes',
  'other',
  '503',
  'CPU',
  'peak memory',
  'left',
];

/** How much a worker's memory grows with the size of the video. */
export function memoryTable(measured: readonly { keys: number; megabytes: number }[]): string {
  const least = measured[0]?.megabytes ?? Number.NaN;
  const written = measured.map(({ keys, megabytes }) => [
    `${keys} keys`,
    `${megabytes.toFixed(0)} MB`,
    `+${(megabytes - least).toFixed(0)} MB`,
  ]);
  return `Ours, with the options of the worker's Node\n${tableOf(['', 'peak memory', 'more'], written)}`;
}

/** What each way left, and whether it reported success. */
export function lossTable(loss: Loss, rows: readonly Row[]): string {
  const written = rows.map((row) => {
    const { versions, uploads, neighboursLost } = row.left;
    const [, deletes] = requestsOf(row);
    return [row.name, row.failure ?? 'success', ...[versions, uploads, neighboursLost, deletes].map(String)];
  });
  return `${LOSSES[loss]}\n${tableOf([loss, 'said', 'left', 'open uploads', 'neighbours lost', 'deletes'], written)}`;
}

function headline({ listMilliseconds, deleteMilliseconds, throttle }: StoreSettings): string {
  const limit = throttle ? `${throttle} keys a second` : 'as many keys a second as are sent';
  return `Lists take ${listMilliseconds} ms, deletes ${deleteMilliseconds} ms; the store takes ${limit}.`;
}

/** Lists, deletes and other requests. */
function requestsOf({ byOperation }: Row): [number, number, number] {
  const sum = (isMeant: (operation: string) => boolean) =>
    Object.entries(byOperation).reduce((total, [operation, count]) => total + (isMeant(operation) ? count : 0), 0);
  const isList = (operation: string) => /^ListObject/.test(operation);
  const isDelete = (operation: string) => /^DeleteObject/.test(operation);
  return [sum(isList), sum(isDelete), sum((operation) => !isList(operation) && !isDelete(operation))];
}

function share(part: number, byOperation: Record<string, number>): string {
  const all = Object.values(byOperation).reduce((total, count) => total + count, 0);
  return part === 0 ? '0' : `${part} (${((100 * part) / all).toFixed(1)} %)`;
}

const leftOf = ({ left, failure }: Row) => `${left.versions}${failure ? ` (${failure})` : ''}`;
const seconds = (milliseconds: number) => `${(milliseconds / 1_000).toFixed(2)} s`;
