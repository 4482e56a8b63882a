import type { MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';

/** Called at the start and at the end of an invocation: its log lines name it, and its metrics are sent at the end. */
export type Invocation = { begin(context: Context): void; end(): void };
/**
 * Absent where one process runs all functions at the same time, so that log and metrics belong to no single invocation.
 */
export type Invoked = { invocation?: Invocation };

/** Calls `begin` and `end` for every invocation, failed ones included. */
export function framed(connect: () => Invoked): MiddlewareObj {
  let invocation: Invocation | undefined;
  return {
    before({ context }) {
      invocation = connect().invocation;
      invocation?.begin(context);
    },
    after: () => invocation?.end(),
    onError: () => invocation?.end(),
  };
}
