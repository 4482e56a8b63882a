import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { answerOwnRequests } from './own-requests.ts';

export type LoopbackRequest = {
  method: string;
  /** The path as it was sent, still percent-encoded, without the query. */
  path: string;
  /** Path and query, as they were sent. */
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
};
export type LoopbackAnswer = { status: number; headers?: Record<string, string>; body?: string | Uint8Array };
export type LoopbackServer = {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  url: string;
  /** Closes the port and all of its connections. */
  close(): Promise<void>;
};

/**
 * An HTTP server on a free port that only this machine can reach, and no page of another origin. If `answer` throws,
 * the response is a 500.
 */
export async function listenOnLoopback(
  answer: (request: LoopbackRequest) => Promise<LoopbackAnswer>,
): Promise<LoopbackServer> {
  const server = createServer(async (incoming, outgoing) => {
    const { status, headers = {}, body = '' } = await read(incoming).then(answer).catch(internalFailure);
    outgoing.writeHead(status, { 'content-length': String(Buffer.byteLength(body)), ...headers }).end(body);
  });
  answerOwnRequests(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(incoming: IncomingMessage): Promise<LoopbackRequest> {
  const { method = 'GET', url = '/', headers } = incoming;
  return { method, path: url.replace(/\?.*$/, ''), url, headers, body: await buffer(incoming) };
}

function internalFailure(error: unknown): LoopbackAnswer {
  return { status: 500, headers: { 'content-type': 'text/plain' }, body: String(error) };
}
