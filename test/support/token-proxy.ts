import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Certificate } from './certificate.ts';

/** A message of PostgreSQL's protocol: its type, its length without the type, its content. */
const message = (type: string, content: Buffer) => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length + 4);
  return Buffer.concat([Buffer.from(type), length, content]);
};
const ASK_FOR_PASSWORD = message('R', Buffer.from([0, 0, 0, 3]));
const REFUSED = message('E', Buffer.from('SFATAL\0C28P01\0Mpassword authentication failed\0\0'));

/**
 * Stands in for RDS Proxy with IAM, in front of a server without passwords. It accepts only TLS, and asks for the
 * password in the clear, as RDS does for tokens. `passwords` are those it received, in order.
 */
export async function startTokenProxy(certificate: Certificate, databaseUrl: string) {
  const { hostname, port } = new URL(databaseUrl);
  const passwords: string[] = [];
  const proxy = { accepts: (_password: string) => true };
  const server = createServer((plain) => {
    plain.on('error', () => undefined);
    plain.once('data', () => {
      plain.write('S');
      void admit(new TLSSocket(plain, { isServer: true, ...certificate }));
    });
  });
  const admit = async (client: TLSSocket) => {
    client.on('error', () => undefined);
    const [startup] = await once(client, 'data').catch(() => []);
    if (!startup) return;
    client.write(ASK_FOR_PASSWORD);
    const [answer] = await once(client, 'data');
    const password = answer.subarray(5, -1).toString();
    passwords.push(password);
    if (proxy.accepts(password)) join(client, connect(Number(port), hostname), startup);
    else client.end(REFUSED);
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...{ passwords, proxy, port: (server.address() as AddressInfo).port },
    stop: () => new Promise<unknown>((resolve) => server.close(resolve)),
  };
}

function join(client: TLSSocket, database: Socket, startup: Buffer): void {
  database.on('error', () => client.destroy());
  client.on('close', () => database.destroy());
  database.write(startup);
  client.pipe(database).pipe(client);
}
