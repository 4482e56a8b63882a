import type { PutCommandInput, UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { canonicalJson, type HistoryEntry, sha256 } from '../../deletion/record/history.ts';
import { isOpen, type Tombstone } from '../../deletion/record/tombstone.ts';
import { openStateOf, SHARDS } from './tombstone-table.ts';

type Item = Record<string, unknown>;

/** The put of a first tombstone: refused if there is one. */
export function putOf(table: string, next: Tombstone, lastWrite: string): PutCommandInput {
  const Item = { ...itemOf(next), lastWrite };
  return { TableName: table, Item, ConditionExpression: 'attribute_not_exists(videoId)' };
}

/**
 * The one update that leads from `previous` to `next`, refused unless `previous` is what is stored. It carries the
 * attributes that differ and, of a history that only grew, the new entries.
 * @param lastWrite names this write, so that it can be told from another's with the same content
 */
export function updateOf(table: string, previous: Tombstone, next: Tombstone, lastWrite: string): UpdateCommandInput {
  const before = itemOf(previous);
  const after: Item = { ...itemOf(next), lastWrite };
  const changed = Object.keys(after).filter(
    (name) => !(name in before) || canonicalJson(after[name]) !== canonicalJson(before[name]),
  );
  const gone = Object.keys(before).filter((name) => !(name in after));
  const added = entriesAdded(previous.history, next.history);
  const sets = changed.map((name) =>
    name === 'history' && added ? '#history = list_append(#history, :history)' : `#${name} = :${name}`,
  );
  const removes = gone.map((name) => `#${name}`);
  return {
    TableName: table,
    Key: { videoId: next.videoId },
    UpdateExpression: [`SET ${sets.join(', ')}`, ...(gone.length > 0 ? [`REMOVE ${removes.join(', ')}`] : [])].join(
      ' ',
    ),
    // On what was read: a new request that replaces a cancelled one brings another deletionId.
    ConditionExpression: '#revision = :previousRevision AND #deletionId = :previousDeletionId',
    ExpressionAttributeNames: Object.fromEntries(
      ['revision', 'deletionId', ...changed, ...gone].map((name) => [`#${name}`, name]),
    ),
    ExpressionAttributeValues: {
      ...Object.fromEntries(changed.map((name) => [`:${name}`, name === 'history' && added ? added : after[name]])),
      ':previousRevision': previous.revision,
      ':previousDeletionId': previous.deletionId,
    },
  };
}

/** The tombstone as it is stored: with the attributes that put it into the sparse indexes, without undefined ones. */
function itemOf(tombstone: Tombstone): Item {
  const { videoId, state, sweepAt } = tombstone;
  const item: Item = { ...tombstone };
  if (sweepAt !== undefined) item.shard = shardOf(videoId);
  if (state === 'failed' || state === 'held') item.openState = state;
  if (isOpen(state)) item.openState = openStateOf(shardOf(videoId));
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
}

function shardOf(videoId: string): number {
  return Number.parseInt(sha256(videoId).slice(0, 2), 16) % SHARDS;
}

/** The entries at the end of `after` if it begins with all of `before`, else undefined. */
function entriesAdded(before: HistoryEntry[], after: HistoryEntry[]): HistoryEntry[] | undefined {
  const start = after.slice(0, before.length);
  return canonicalJson(start) === canonicalJson(before) ? after.slice(before.length) : undefined;
}
