import type { MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';

/** What frames an invocation: its log lines name it, and its figures leave at its end. */
export type Invocation = { begin(context: Context): void; end(): void };
/** Absent where one process runs all functions at once, and nothing is told apart by invocation. */
export type Invoked = { invocation?: Invocation };

/** Frames every invocation, failed ones included. */
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
