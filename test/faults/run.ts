import type { Context, SQSEvent } from 'aws-lambda';
import type { ApiEvent } from '../../functions/http/api.ts';
import type { MemoryQueue } from '../support/memory-queue.ts';
import { sqsEvent } from '../support/sqs-event.ts';
import type { Ordeal, Plan } from './ordeal.ts';
import { type Functions, type Process, STOPPED, startProcess } from './process.ts';
import type { FaultWorld, Subject } from './world.ts';

/** How long clients wait for an answer, in milliseconds: no answer takes so long, unless there is none. */
const PATIENCE = 5_000;
const SHORT_PATIENCE = 150;

/** One deletion under way, and the processes that serve it. */
export type Run = { world: FaultWorld; subject: Subject; ordeal: Ordeal; patience: number; processes: Process[] };

export function startRun(world: FaultWorld, subject: Subject, { ordeal, plan }: { ordeal: Ordeal; plan?: Plan }): Run {
  const patience = plan?.fault === 'timeout' ? SHORT_PATIENCE : PATIENCE;
  return { world, subject, ordeal, patience, processes: [] };
}

/** Ends every process of the run, those that were stopped before included. */
export async function closeRun({ processes }: Run): Promise<void> {
  await Promise.all(processes.map((process) => process.close()));
}

/** Asks for the deletion. @returns the status of the answer, and whether it says that the video is hidden */
export async function request(run: Run): Promise<{ status: number | typeof STOPPED; isHidden: boolean }> {
  const event = apiEvent(run.subject, 'DELETE', run.subject.ownerId);
  const answer = await invoke(run, (functions, context) => functions.request(event, context));
  if (answer === STOPPED) return { status: STOPPED, isHidden: false };
  const { hidden = false } = JSON.parse(answer.body ?? '{}') as { hidden?: boolean };
  return { status: Number(answer.statusCode), isHidden: hidden };
}

/** An admin starts a deletion again that was given up. */
export async function replay(run: Run): Promise<void> {
  const event = apiEvent(run.subject, 'POST', run.world.adminId);
  await invoke(run, (functions, context) => functions.replay(event, context));
}

/** One sweep. If it fails, the next makes it good. */
export async function sweep(run: Run): Promise<void> {
  const scheduled = {} as Parameters<Functions['sweep']>[0];
  await invoke(run, (functions, context) => functions.sweep(scheduled, context).catch(() => undefined));
}

/** Delivers what is visible on the queues. @returns how many messages that were */
export async function deliver(run: Run): Promise<number> {
  const { cleanup, edge } = run.world.queues();
  const cleaned = await deliverFrom(run, cleanup, ({ cleanup }) => cleanup);
  return cleaned + (await deliverFrom(run, edge, ({ invalidateEdge }) => invalidateEdge));
}

type QueueHandler = (functions: Functions) => (event: SQSEvent, context: Context) => Promise<unknown>;

/** One at a time. What a handler reports as failed, or a process did not come back from, stays in the queue. */
async function deliverFrom(run: Run, queue: MemoryQueue, handlerIn: QueueHandler): Promise<number> {
  const deliveries = queue.receive(10);
  for (const { message, receiptHandle } of deliveries) {
    const event = sqsEvent(JSON.stringify(message));
    const answer = await invoke(run, (functions, context) => handlerIn(functions)(event, context));
    const { batchItemFailures = [{}] } = answer === STOPPED ? {} : (answer as { batchItemFailures: object[] });
    if (batchItemFailures.length === 0) queue.delete(receiptHandle);
  }
  return deliveries.length;
}

/** Runs a handler in the latest process, or in a new one if that has ended, as the platform does. */
async function invoke<Answer>(
  { world, ordeal, patience, processes }: Run,
  handle: (functions: Functions, context: Context) => Promise<Answer>,
): Promise<Answer | typeof STOPPED> {
  const latest = processes.at(-1);
  if (latest && !latest.hasEnded()) return await latest.invoke(handle);
  const process = await startProcess(world, ordeal, patience);
  processes.push(process);
  return await process.invoke(handle);
}

function apiEvent({ videoId }: Subject, method: 'DELETE' | 'POST', sub: string): ApiEvent {
  const path = '/api/v1/videos/{videoId}';
  const routeKey = method === 'DELETE' ? `DELETE ${path}` : `POST ${path}/deletion/replay`;
  const requestContext = { http: { method }, authorizer: { jwt: { claims: { sub } } } };
  return { routeKey, rawPath: '/', headers: {}, pathParameters: { videoId }, requestContext } as unknown as ApiEvent;
}
