import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Front, ProcessGate } from './process-gate.ts';

/** Both ends of a client's connection. */
export type Joined = { client: Socket; server: Socket };

/** A proxy for a service with its own protocol over TCP. `join` gets each connection with both of its ends open. */
export async function startTcpFront(
  address: { hostname: string; port: string },
  gate: Pick<ProcessGate, 'hasEnded'>,
  join: (joined: Joined) => void,
): Promise<Omit<Front, 'url'> & { port: number }> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };
  const cut = () => sockets.forEach((socket) => void socket.resetAndDestroy());
  const listener = createServer({ noDelay: true }, (client) => {
    keep(client);
    if (gate.hasEnded()) return void client.resetAndDestroy();
    const server = connect({ host: address.hostname, port: Number(address.port), noDelay: true });
    keep(server);
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
    join({ client, server });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    cut,
    close: async () => {
      listener.close();
      cut();
    },
  };
}
