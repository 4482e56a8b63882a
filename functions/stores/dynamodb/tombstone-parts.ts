import { asksForStanding, type TombstoneFilter } from '../../deletion/record/tombstone-filter.ts';
import type { Part } from './tombstone-keys.ts';
import { monthOf, openStateOf, SHARDS, tombstoneTable, waitingStateOf } from './tombstone-table.ts';

const { byOwner, byState, byTime } = tombstoneTable.indexes;
const EACH_SHARD = Array.from({ length: SHARDS }, (_, shard) => shard);

/** No deletion is older than this software. */
const FIRST_MONTH = '2026-01';
/** How far the clock that wrote a request may have been ahead of ours. */
const AHEAD_MILLISECONDS = 86_400_000;

/**
 * Groups of parts of the indexes in which the tombstones of a filter stand, the latest group first. Within a group the
 * parts have to be merged. `most`: where a page before has ended.
 */
export function partsFor(filter: TombstoneFilter, at: Date, most?: string): Iterable<Part[]> {
  const { ownerId, since, until } = filter;
  const upTo = earliest(until, most);
  if (ownerId !== undefined) return [[{ index: byOwner, partition: ownerId, least: since, most: upTo }]];
  if (asksForStanding(filter)) return [standingParts(filter, at, most)];
  const ahead = new Date(at.getTime() + AHEAD_MILLISECONDS).toISOString();
  return months(since, earliest(upTo, ahead) as string);
}

function* months(since: string | undefined, most: string): Generator<Part[]> {
  const last = since !== undefined && since.slice(0, 7) > FIRST_MONTH ? since.slice(0, 7) : FIRST_MONTH;
  for (let month = most.slice(0, 7); month >= last; month = before(month))
    yield EACH_SHARD.map((shard) => ({ index: byTime, partition: monthOf(month, shard), least: since, most }));
}

function before(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number > 1 ? `${year}-${String(number - 1).padStart(2, '0')}` : `${year - 1}-12`;
}

/** The partitions of deletions that are not over. The window of a waiting one ends after `at`. */
function standingParts(filter: TombstoneFilter, at: Date, most: string | undefined): Part[] {
  const { states = ['pending', 'running', 'settling'], phase, openBefore } = filter;
  const now = at.toISOString();
  const index = byState;
  const parts: Part[] = [];
  if (states.includes('pending')) {
    // After now, and not at it: `~` comes after every end of a time. At this moment its work may begin.
    const least = phase === 'waiting' ? `${now}~` : undefined;
    const until = phase === 'open' ? now : undefined;
    for (const shard of EACH_SHARD)
      parts.push({ index, partition: waitingStateOf(shard), least, most: earliest(until, openBefore, most) });
  }
  if (phase !== 'waiting' && (states.includes('running') || states.includes('settling')))
    for (const shard of EACH_SHARD)
      parts.push({ index, partition: openStateOf(shard), most: earliest(openBefore, most) });
  if (phase === undefined && openBefore === undefined)
    for (const partition of ['failed', 'held'] as const)
      if (states.includes(partition)) parts.push({ index, partition, most });
  return parts;
}

function earliest(...times: (string | undefined)[]): string | undefined {
  return times.filter((time) => time !== undefined).sort()[0];
}
