import { reasonOf } from '../errors.ts';
import type { Gate, Ports } from '../ports.ts';
import { change } from '../record/change.ts';
import { awaitsOpening, isClosed, wantsClosed } from '../record/gate.ts';
import * as lifecycle from '../record/lifecycle.ts';
import type { Tombstone } from '../record/tombstone.ts';
import { enqueueEdge } from '../work/enqueue.ts';

type GatePorts = Pick<Ports, 'tombstones' | 'edgeQueue' | 'clock' | 'log' | 'rules'> & { gate: Gate };
type Turn = keyof Gate;

/**
 * Closes the gate for deletions that are asked for, and opens it for those that were undone or whose copies have ended. All of
 * a batch together: two writers of the store would only be in each other's way.
 * @returns those for which it failed
 */
export async function keepGate(ports: GatePorts, deletions: readonly Tombstone[]): Promise<Tombstone[]> {
  const now = ports.clock();
  const isWanted = (deletion: Tombstone) => wantsClosed(deletion, ports.rules, now);
  const closing = deletions.filter((deletion) => isWanted(deletion) && !isClosed(deletion));
  const opening = deletions.filter(
    (deletion) => !isWanted(deletion) && (isClosed(deletion) || awaitsOpening(deletion, ports.rules)),
  );
  return [...(await turn(ports, 'close', closing)), ...(await turn(ports, 'open', opening))];
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
 * The videos whose next deletion has come in between. Its own turn of the gate may have been overtaken by this one, so whoever
 * turned last turns it to what is wanted now.
 */
async function turnBack(ports: GatePorts, how: Turn, later: readonly Tombstone[]): Promise<readonly Tombstone[]> {
  const isClosing = how === 'close';
  const other = later.filter((deletion) => wantsClosed(deletion, ports.rules, ports.clock()) !== isClosing);
  return await turn(ports, isClosing ? 'open' : 'close', other);
}

/** Writes it down. An undo may have come in between: then the gate is looked at once more. @returns what stands now */
async function record(ports: GatePorts, how: Turn, { videoId, deletionId }: Tombstone): Promise<Tombstone> {
  const at = ports.clock();
  const { after: next } = await change(ports.tombstones, videoId, (current) => {
    if (current.deletionId !== deletionId || (how === 'close' && isClosed(current))) return current;
    const turned = how === 'close' ? lifecycle.gateClosed : lifecycle.gateOpened;
    return turned(current, at.toISOString());
  });
  ports.log.info(how === 'close' ? 'gate closed' : 'gate opened', { videoId, deletionId });
  const isOurs = next.deletionId === deletionId;
  if (isOurs && wantsClosed(next, ports.rules, at) !== isClosed(next)) await enqueueEdge(ports, next);
  return next;
}
