import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConnectionReset, Foreign } from '../faults/fault-gate.ts';
import type { Answer, Deps } from './operation.ts';
import { parseTarget, readRequest, type Target } from './request.ts';
import type { LoggedRequest } from './request-log.ts';
import { findRoute, type OperationName } from './routes.ts';
import { S3Error } from './s3-error.ts';
import { writeXml } from './xml-writer.ts';

/** Answers one HTTP request and catches every error. */
export async function serve(
  deps: Deps,
  record: (request: LoggedRequest) => void,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const logged: LoggedRequest = { operation: 'Unknown', bucket: '', key: '', status: 0 };
  try {
    const answer = await answerTo(deps, incoming, logged);
    logged.status = answer.status;
    if (answer.keys !== undefined) logged.keys = answer.keys;
    record(logged);
    send(outgoing, answer, incoming.method === 'HEAD');
  } catch {
    // A fault cut the connection, or the caller closed it during its request, so nobody waits for an answer.
    record(logged);
    incoming.socket.resetAndDestroy();
  }
}

/** @throws {ConnectionReset}, and errors from reading a broken connection */
async function answerTo(deps: Deps, incoming: IncomingMessage, logged: LoggedRequest): Promise<Answer> {
  try {
    const target = parseTarget(incoming);
    logged.bucket = target.bucket;
    logged.key = target.key;
    const route = findRoute(target);
    logged.operation = route.name;
    const request = await readRequest(incoming, target);
    await deps.faults.pass(eventOf(route.name, target, 'before'));
    const answer = settle(() => route.run(deps, request), target);
    await deps.faults.pass(eventOf(route.name, target, 'after'));
    return answer;
  } catch (error) {
    if (error instanceof ConnectionReset || incoming.socket.destroyed) throw error;
    if (error instanceof Foreign) return error.answer;
    return errorAnswer(error, logged);
  }
}

/** A refusal is also an answer, so faults with `when: 'after'` act on it, too. */
function settle(run: () => Answer, target: Target): Answer {
  try {
    return run();
  } catch (error) {
    return errorAnswer(error, target);
  }
}

const eventOf = (operation: OperationName, { bucket, key }: Target, phase: 'before' | 'after') => ({
  operation,
  bucket,
  key,
  phase,
});

function errorAnswer(error: unknown, { bucket, key }: Pick<Target, 'bucket' | 'key'>): Answer {
  // Shows the simulator's own error, because it runs on the developer's machine.
  const known = error instanceof S3Error ? error : new S3Error('InternalError', { message: String(error) });
  const body = writeXml('Error', [
    ['Code', known.code],
    ['Message', known.message],
    ['Resource', `/${bucket}${key && `/${key}`}`],
    ['RequestId', randomUUID()],
  ]);
  return { status: known.status, headers: { ...known.headers, 'content-type': 'application/xml' }, body };
}

function send(outgoing: ServerResponse, { status, headers = {}, body = '' }: Answer, isHead: boolean): void {
  const hasNoBody = isHead || status === 204 || status === 304;
  const length = { 'content-length': Buffer.byteLength(body) };
  outgoing.writeHead(status, {
    'x-amz-request-id': randomUUID(),
    ...(status === 204 || status === 304 ? {} : length),
    ...headers,
  });
  outgoing.end(hasNoBody ? undefined : body);
}
