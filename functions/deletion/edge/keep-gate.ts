import { reasonOf } from '../errors.ts';
import type { Gate, Ports } from '../ports.ts';
import { type ChangePorts, change } from '../record/change.ts';
import { awaitsOpening, isClosed, wantsClosed } from '../record/gate.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { LONGEST_MESSAGE_SECONDS } from '../record/schedule.ts';
import { stateBehindHold, type Tombstone } from '../record/tombstone.ts';
import { secondsUntil } from '../rules.ts';
import { enqueueEdge } from '../work/enqueue.ts';

type GatePorts = Pick<Ports, 'tombstones' | 'edgeQueue'> & ChangePorts & { gate: Gate };
type Turn = keyof Gate;

/**
 * Closes the gate for deletions that were requested. Opens it for deletions that were undone or whose copies have
 * expired. The whole batch is one write, because two writers to the gate's store would only lose races against each
 * other.
 * @returns the deletions for which it failed
 */
export async function keepGate(ports: GatePorts, deletions: readonly Tombstone[]): Promise<Tombstone[]> {
  const now = ports.clock();
  const isWanted = (deletion: Tombstone) => wantsClosed(deletion, ports.rules, now);
  const closing = deletions.filter((deletion) => isWanted(deletion) && !isClosed(deletion));
  const opening = deletions.filter(
    (deletion) => !isWanted(deletion) && (isClosed(deletion) || awaitsOpening(deletion, ports.rules)),
  );
  const fitting = await withoutWaiting(ports, closing);
  return [...(await turn(ports, 'close', fitting)), ...(await turn(ports, 'open', opening))];
}

/**
 * Deletions that wait may fill half of the gate. Beyond that, their videos are hidden without it, and the gate is
 * closed when their work is due. Copies at the edge can be played until then.
 */
async function withoutWaiting(ports: GatePorts, closing: readonly Tombstone[]): Promise<readonly Tombstone[]> {
  const { clock, gate, log, metrics } = ports;
  const waiting = closing.filter((deletion) => isWaitingLong(deletion, clock()));
  if (waiting.length === 0 || !(await isHalfFull(gate))) return closing;
  metrics.record('GateNotClosed', waiting.length);
  for (const deletion of waiting) {
    log.warn('gate half full', { videoId: deletion.videoId, deletionId: deletion.deletionId });
    await markUngated(ports, deletion);
  }
  return closing.filter((deletion) => !waiting.includes(deletion));
}

/** A gate that does not say how full it is says so when it is closed. */
async function isHalfFull(gate: Gate): Promise<boolean> {
  return await gate.isHalfFull().catch(() => false);
}

function isWaitingLong(deletion: Tombstone, now: Date): boolean {
  const behind = stateBehindHold(deletion);
  return behind === 'pending' && secondsUntil(deletion.dueAt ?? deletion.undoableUntil, now) > LONGEST_MESSAGE_SECONDS;
}

async function markUngated(ports: GatePorts, { videoId, deletionId }: Tombstone): Promise<void> {
  await change(ports, videoId, (current, now) =>
    current.deletionId === deletionId && !isClosed(current) && !current.edge?.ungatedAt
      ? lifecycle.ungated(current, now)
      : current,
  );
}

async function turn(ports: GatePorts, how: Turn, deletions: readonly Tombstone[]): Promise<readonly Tombstone[]> {
  if (deletions.length === 0) return [];
  const ids = new Set(deletions.map(({ deletionId }) => deletionId));
  try {
    await ports.gate[how]([...new Set(deletions.map(({ videoId }) => videoId))]);
    const after: Tombstone[] = [];
    for (const deletion of deletions) after.push(await record(ports, how, deletion));
    return await turnBack(
      ports,
      how,
      after.filter(({ deletionId }) => !ids.has(deletionId)),
    );
  } catch (error) {
    ports.log.warn('gate not turned', { deletions: deletions.length, turn: how, code: reasonOf(error) });
    return deletions;
  }
}

/**
 * Handles videos whose next deletion was requested during the write. After a race, the last writer sets the gate to the
 * currently wanted state.
 */
async function turnBack(ports: GatePorts, how: Turn, later: readonly Tombstone[]): Promise<readonly Tombstone[]> {
  const isClosing = how === 'close';
  const other = later.filter((deletion) => wantsClosed(deletion, ports.rules, ports.clock()) !== isClosing);
  return await turn(ports, isClosing ? 'open' : 'close', other);
}

/**
 * Records the turn. If the deletion was undone meanwhile, the gate is checked once more. @returns the current tombstone
 */
async function record(ports: GatePorts, how: Turn, { videoId, deletionId }: Tombstone): Promise<Tombstone> {
  const { after: next } = await change(ports, videoId, (current, now) => {
    if (current.deletionId !== deletionId || (how === 'close' && isClosed(current))) return current;
    return how === 'close' ? lifecycle.gateClosed(current, now) : lifecycle.gateOpened(current, now);
  });
  ports.log.info(how === 'close' ? 'gate closed' : 'gate opened', { videoId, deletionId });
  const isOurs = next.deletionId === deletionId;
  if (isOurs && wantsClosed(next, ports.rules, ports.clock()) !== isClosed(next)) await enqueueEdge(ports, next);
  return next;
}
