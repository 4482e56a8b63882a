import type { S3Client } from '@aws-sdk/client-s3';

/** The package whose middlewares are named here, and the folder that names them. */
const SDK = '@aws-sdk/client-s3';
const OURS = 'functions/stores/s3';

/** The installed SDK is not built as our middlewares expect: requests would be slow or wrong, and nobody would know. */
export class ChangedSdk extends Error {
  override name = 'ChangedSdk';
}

/** @throws {ChangedSdk} when the client has no middleware of this name */
export function removeMiddleware(client: S3Client, name: string): void {
  if (!client.middlewareStack.remove(name)) throw missing(name);
}

/**
 * Checks that these middlewares, ours and the SDK's, run in this order. A later one is nearer to the network: it sees a
 * request later, and the answer earlier.
 * @throws {ChangedSdk} naming the first that is missing or out of place
 */
export function expectOrder(client: S3Client, names: readonly string[]): void {
  // The first word of each line is the name of a middleware.
  const order = client.middlewareStack.identify().map((line) => line.split(' ', 1)[0]);
  let last: { name: string; at: number } | undefined;
  for (const name of names) {
    const at = order.indexOf(name);
    if (at < 0) throw missing(name);
    if (last && at < last.at) {
      throw new ChangedSdk(`${SDK} runs ${name} before ${last.name}: ${OURS} expects it after`);
    }
    last = { name, at };
  }
}

function missing(name: string): ChangedSdk {
  return new ChangedSdk(`${SDK} has no middleware ${name}, which ${OURS} needs`);
}
