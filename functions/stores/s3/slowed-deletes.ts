import type { S3Client } from '@aws-sdk/client-s3';

/** S3 asks for fewer deletes. Told by its code: under its own name, and as a cause, the SDK would know it for a throttle. */
class Slowed extends Error {
  override name = 'Slowed';
  readonly code: string;
  constructor(code: string) {
    super('The store asks for fewer deletes a second');
    this.code = code;
  }
}

/**
 * Leaves a DeleteObjects that S3 slows down to whoever sent it. The SDK would send it again within 100 ms, twice, a thousand keys
 * each time, past the pace that all deletions of a worker share.
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
    // Inside the SDK's retries.
    { name: 'handBackSlowedDeletes', step: 'finalizeRequest', priority: 'low' },
  );
}
