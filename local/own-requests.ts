import type { IncomingMessage, Server } from 'node:http';

type Addressed = Pick<IncomingMessage, 'headers'>;

/**
 * True when a request names this machine. Another site can let its name point here (DNS rebinding), but its requests
 * then carry that name. The SDK puts an account id in front of `localhost`.
 */
export function isToThisMachine({ headers: { host = '' } }: Addressed): boolean {
  return /^(127\.0\.0\.1|([\w-]+\.)*localhost|\[::1\])(:\d+)?$/.test(host);
}

/** True when a web page of another origin sends the request. Programs send no origin. */
export function isFromAnotherOrigin({ headers: { origin, host = '' } }: Addressed): boolean {
  return origin !== undefined && origin !== `http://${host}`;
}

/**
 * Why a stand-in does not answer a request: it has no accounts and no signatures, so any page that a browser on this
 * machine shows could read and delete what it holds.
 */
export function refusalOf(request: Addressed): { status: number; reason: string } | undefined {
  if (!isToThisMachine(request)) return { status: 421, reason: 'Misdirected Request' };
  return isFromAnotherOrigin(request) ? { status: 403, reason: 'Forbidden: a page of another origin' } : undefined;
}

/** Lets a server answer only requests that name this machine and come from no other origin. */
export function answerOwnRequests(server: Server): Server {
  const listeners = server.listeners('request') as ((...args: unknown[]) => unknown)[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const refusal = refusalOf(request);
    if (!refusal) return listeners.forEach((listener) => void listener.call(server, request, response));
    // The rest of a body is not read.
    response.writeHead(refusal.status, { 'content-type': 'text/plain', connection: 'close' }).end(refusal.reason);
  });
  return server;
}
