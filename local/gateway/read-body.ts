import type { IncomingMessage } from 'node:http';

/** The largest payload that an HTTP API accepts, in bytes. AWS: "Quotas for configuring and running an HTTP API". */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** Reads the body. @returns undefined as soon as it exceeds the limit, without reading on */
export async function readBody(request: IncomingMessage, maxBytes = MAX_BODY_BYTES): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
