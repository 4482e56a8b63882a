import { AccountDisabled, NotAllowedNow, NotYours } from '../errors.ts';
import type { Caller, ListPorts, Ports, TombstonePage } from '../ports.ts';
import type { Tombstone } from '../record/tombstone.ts';
import type { TombstoneFilter } from '../record/tombstone-filter.ts';
import { plus, type Rules, serviceLevelOf } from '../rules.ts';
import { type Asked, findDeletion, mayKnow } from './authorise.ts';

/**
 * The last receipt of a deletion, as a compact JWS.
 * @throws {NotAllowedNow} until it is deleted {UnknownVideo} {AccountDisabled} {StoreUnavailable}
 */
export async function readReceipt(ports: Pick<Ports, 'rows' | 'tombstones'>, asked: Asked): Promise<string> {
  const { deletion } = await findDeletion(ports, asked);
  const receipt = deletion.state === 'deleted' ? deletion.receipts.at(-1) : undefined;
  if (!receipt) throw new NotAllowedNow(`There is no receipt yet: the deletion is ${deletion.state}`);
  return receipt;
}

/**
 * Every receipt of a deletion, the oldest first: more than one if the video came back and was deleted again.
 * @throws {NotAllowedNow} before the first one {UnknownVideo} {AccountDisabled} {StoreUnavailable}
 */
export async function readReceipts(ports: Pick<Ports, 'rows' | 'tombstones'>, asked: Asked): Promise<string[]> {
  const { deletion } = await findDeletion(ports, asked);
  if (deletion.receipts.length === 0)
    throw new NotAllowedNow(`There is no receipt yet: the deletion is ${deletion.state}`);
  return deletion.receipts;
}

/** @throws {AccountDisabled} also for one that does not exist */
export async function findActiveCaller({ rows }: Pick<Ports, 'rows'>, callerId: string): Promise<Caller> {
  const caller = await rows.findCaller(callerId);
  if (!caller?.isActive) throw new AccountDisabled('This account may not see deletions');
  return caller;
}

/** What a list is asked for. `isOverdue`: open for longer than the service level. */
export type ListQuery = Omit<TombstoneFilter, 'openBefore'> & { isOverdue?: boolean; cursor?: string; limit: number };

/**
 * A page of deletions, the newest first. Users see their own deletions, admins see all.
 * @throws {NotYours} for the deletions of another user {AccountDisabled} {InvalidCursor} {StoreUnavailable}
 */
export async function listDeletions(
  ports: Pick<Ports, 'rows' | 'clock' | 'rules'> & ListPorts,
  { callerId, isOverdue, ...query }: ListQuery & { callerId: string },
): Promise<{ caller: Caller; deletions: Tombstone[] } & Omit<TombstonePage, 'tombstones'>> {
  const caller = await findActiveCaller(ports, callerId);
  const isOwn = query.ownerId === undefined || query.ownerId === callerId;
  if (!caller.isAdmin && !isOwn) throw new NotYours('Only an admin may see the deletions of others');
  const ownerId = query.ownerId ?? (caller.isAdmin ? undefined : callerId);
  const at = ports.clock();
  const overdue = isOverdue && { openBefore: overdueSince(at, ports.rules) };
  const { tombstones, ...page } = await ports.lists.list({
    ...query,
    at,
    ...overdue,
    ...(ownerId && { ownerId }),
  });
  const deletions = tombstones.filter((tombstone) => mayKnow(caller, tombstone));
  return { caller, deletions, ...page };
}

/** A deletion that has been open since this time or longer is overdue. */
export function overdueSince(at: Date, rules: Rules): string {
  return plus(at, -serviceLevelOf(rules)).toISOString();
}
