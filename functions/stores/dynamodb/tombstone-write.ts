import type { PutCommandInput, UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { canonicalJson, type HistoryEntry, sha256 } from '../../deletion/record/history.ts';
import { isOpen, openSince, type Tombstone } from '../../deletion/record/tombstone.ts';
import { monthOf, openStateOf, SHARDS, waitingStateOf } from './tombstone-table.ts';

type Item = Record<string, unknown>;

/** The put of a first tombstone. It fails if one exists. */
export function putOf(table: string, next: Tombstone, lastWrite: string): PutCommandInput {
  const Item = { ...itemOf(next), lastWrite };
  return { TableName: table, Item, ConditionExpression: 'attribute_not_exists(videoId)' };
}

/**
 * The update from `previous` to `next`. It fails unless `previous` is stored. It contains only the attributes that
 * differ; if the history has only grown, only the new entries.
 * @param lastWrite identifies this write, to tell it from another one with the same content
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
    // The revision alone is not enough: a request that replaces a cancelled deletion has another deletionId.
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

/** The tombstone as it is stored: with the attributes for the sparse indexes, without undefined ones. */
function itemOf(tombstone: Tombstone): Item {
  const { videoId, state, sweepAt } = tombstone;
  const item: Item = { ...tombstone, month: monthOf(tombstone.requestedAt, shardOf(videoId)) };
  if (sweepAt !== undefined) item.shard = shardOf(videoId);
  if (state === 'failed' || state === 'held') Object.assign(item, { openState: state, since: tombstone.requestedAt });
  if (isOpen(state)) {
    const partition = state === 'pending' ? waitingStateOf : openStateOf;
    Object.assign(item, { openState: partition(shardOf(videoId)), since: openSince(tombstone) });
  }
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
}

function shardOf(videoId: string): number {
  return Number.parseInt(sha256(videoId).slice(0, 2), 16) % SHARDS;
}

/** The new entries at the end of `after`. Undefined unless `after` begins with all of `before`. */
function entriesAdded(before: HistoryEntry[], after: HistoryEntry[]): HistoryEntry[] | undefined {
  const start = after.slice(0, before.length);
  return canonicalJson(start) === canonicalJson(before) ? after.slice(before.length) : undefined;
}
