import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { createServer } from 'node:tls';
import type { Certificate } from './certificate.ts';

/** TLS in front of a port of this machine that does not speak it. */
export async function startTlsFront(certificate: Certificate, port: number) {
  const server = createServer(certificate, (socket) => {
    const behind = connect({ host: '127.0.0.1', port });
    socket.on('error', () => behind.destroy());
    behind.on('error', () => socket.destroy());
    socket.pipe(behind).pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => new Promise<unknown>((resolve) => server.close(resolve)),
  };
}
