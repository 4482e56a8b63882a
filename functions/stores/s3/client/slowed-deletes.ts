import type { S3Client } from '@aws-sdk/client-s3';
import { expectOrder } from '../../sdk-middlewares.ts';

/**
 * S3 asks for fewer deletes. Only the code says so: with S3's error as its name or its cause, the SDK would treat it as
 * a throttle and retry.
 */
class Slowed extends Error {
  override name = 'Slowed';
  readonly code: string;
  constructor(code: string) {
    super('The store asks for fewer deletes a second');
    this.code = code;
  }
}

/**
 * Throws a throttled DeleteObjects to the caller instead of retrying it. The SDK would send it twice more within 100
 * ms, a thousand keys each time, and bypass the pace that all deletions of a worker share.
 */
export function handBackSlowedDeletes(client: S3Client): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const isSlowed = error instanceof Error && (error.name === 'SlowDown' || error.name === 'ServiceUnavailable');
        if (isSlowed && context.commandName === 'DeleteObjectsCommand') throw new Slowed(error.name);
        throw error;
      }
    },
    { name: 'handBackSlowedDeletes', step: 'finalizeRequest', priority: 'low' },
  );
  // Inside the SDK's retries.
  expectOrder(client, ['retryMiddleware', 'handBackSlowedDeletes']);
}
