import { randomUUID } from 'node:crypto';
import type { LoopbackAnswer, LoopbackRequest } from '../loopback.ts';
import { AwsFault } from './aws-fault.ts';

/** One operation of a service: takes the members of the request and returns the members of the answer. */
export type AwsOperation = (input: Record<string, unknown>) => Promise<object>;

/**
 * Answers the AWS JSON protocols 1.0 and 1.1: `X-Amz-Target` names the operation, times are seconds since 1970, and an
 * error is a body with `__type`. An unknown operation is refused as AWS does.
 */
export function answerAwsJson(operations: Record<string, AwsOperation>) {
  return async ({ headers, body }: LoopbackRequest): Promise<LoopbackAnswer> => {
    const answerHeaders = {
      'content-type': headers['content-type'] ?? 'application/x-amz-json-1.0',
      'x-amzn-requestid': randomUUID(),
    };
    try {
      const target = String(headers['x-amz-target']);
      const operation = operations[target];
      if (!operation) throw new AwsFault('UnknownOperationException', `Unknown operation: ${target}`);
      const output = await operation(JSON.parse(body.toString()) as Record<string, unknown>);
      return { status: 200, headers: answerHeaders, body: JSON.stringify(output) };
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      const fault = { __type: error.code, message: error.message };
      return { status: error.status, headers: answerHeaders, body: JSON.stringify(fault) };
    }
  };
}

/** A member of the request that must be a string. */
export function textOf(input: Record<string, unknown>, member: string): string {
  const value = input[member];
  if (typeof value === 'string' && value !== '') return value;
  throw new AwsFault('ValidationException', `The request needs ${member}`);
}

/** A time in the form of the protocol. */
export function secondsOf(time: Date): number {
  return time.getTime() / 1000;
}
