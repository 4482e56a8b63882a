import Table from 'cli-table3';
import { FAULTS, type Fault, faultsOf } from './faults.ts';
import { type Call, nameOf, type Plan, SERVICES, type Service } from './ordeal.ts';
import { runDeletion } from './run-deletion.ts';
import { expectDeleted } from './verdict.ts';
import { openFaultWorld } from './world.ts';

/** One recorded call, spoilt in one way. */
export type FaultCase = { call: string; fault: Fault; service: Service; operation: string };
export type Matrix = Awaited<ReturnType<typeof openMatrix>>;

/**
 * `FAULT_MATRIX=sample` runs one case in this many. It has no common divisor with the number of faults, so that the
 * sample has every fault.
 */
const SAMPLE = 11;

/** Records one deletion that nothing befalls; its calls to these services, each with each fault, are the cases. */
export async function openMatrix(isAmong: (service: Service) => boolean) {
  const world = await openFaultWorld();
  const subject = await world.subject();
  const { ordeal } = await runDeletion(world, subject);
  const undisturbed = await expectDeleted(world, subject);
  const recorded = ordeal.calls().filter(({ service }) => isAmong(service));
  const all = recorded.flatMap(casesOf);
  const isSample = process.env.FAULT_MATRIX === 'sample';
  const cases = all.filter((_, index) => !isSample || index % SAMPLE === 0);
  const ran = new Set<string>();
  return {
    ...{ world, recorded, cases },
    /** The receipt of the recorded deletion. */
    undisturbed,
    /** Says that a case has met its fault. */
    note: (one: FaultCase) => void ran.add(keyOf(one)),
    /** The pairs of a recorded call and a fault that no case has covered. */
    uncovered: () => (isSample ? cases : all).map(keyOf).filter((key) => !ran.has(key)),
    ran: () => ran.size,
    tableOf: () => tableOf(cases.filter((one) => ran.has(keyOf(one)))),
  };
}

/** The plan of a case. A permission that is missing is missing for every such call until it is granted again. */
export function planOf({ call, fault, service, operation }: FaultCase): Plan {
  const isSameKind = (other: Call) => other.service === service && other.operation === operation;
  return { fault, begins: (other) => nameOf(other) === call, ...(fault === 'refused' && { lasts: isSameKind }) };
}

function casesOf({ service, operation, ordinal }: Call): FaultCase[] {
  const call = nameOf({ service, operation, ordinal });
  return faultsOf(service).map((fault) => ({ call, fault, service, operation }));
}

function keyOf({ call, fault }: FaultCase): string {
  return `${call}: ${fault}`;
}

/** How many cases there were, by service and fault. */
function tableOf(cases: readonly FaultCase[]): string {
  const table = new Table({ head: ['', ...FAULTS, 'all'], style: { head: [], border: [] } });
  for (const service of SERVICES) {
    const own = cases.filter((one) => one.service === service);
    if (own.length === 0) continue;
    const counts = FAULTS.map((fault) => own.filter((one) => one.fault === fault).length);
    table.push([service, ...counts.map((count) => count || '–'), own.length]);
  }
  return table.toString();
}
