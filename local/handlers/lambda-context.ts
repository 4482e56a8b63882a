import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';

/**
 * The context of one invocation that starts now. It counts the remaining time down, but does not end a handler that
 * exceeds it.
 */
export function lambdaContext({ name, timeoutSeconds }: { name: string; timeoutSeconds: number }): Context {
  const endsAt = performance.now() + timeoutSeconds * 1000;
  return {
    awsRequestId: randomUUID(),
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    memoryLimitInMB: '512',
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(endsAt - performance.now())),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}
