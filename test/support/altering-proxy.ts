import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { prepared } from '../../functions/stores/s3/client/connect-bucket.ts';
import { createS3Objects } from '../../functions/stores/s3/objects.ts';
import { clientSettings } from '../../local/aws/client-settings.ts';

export type Asked = {
  operation: string;
  method: string;
  url: string;
  query: URLSearchParams;
  body: string;
  headers: Record<string, unknown>;
};
export type Told = { status: number; body: string; headers?: Record<string, string> };
/** What is changed: `instead` answers by itself (`undefined`: passed on), `after` changes the store's answer. */
export type Alter = {
  instead?: (asked: Asked) => Told | undefined;
  after?: (asked: Asked, told: Told) => Told;
};

function operationOf(method: string, path: string, query: URLSearchParams): string {
  const isBucket = path.split('/').filter(Boolean).length === 1;
  if (isBucket) {
    if (method === 'POST' && query.has('delete')) return 'DeleteObjects';
    if (query.has('versioning')) return 'GetBucketVersioning';
    if (query.has('versions')) return 'ListObjectVersions';
    if (query.has('uploads')) return 'ListMultipartUploads';
    return 'ListObjectsV2';
  }
  if (query.has('retention')) return 'GetObjectRetention';
  if (query.has('legal-hold')) return 'GetObjectLegalHold';
  if (method === 'GET' && query.has('uploadId')) return 'ListParts';
  if (method === 'DELETE' && query.has('uploadId')) return 'AbortMultipartUpload';
  return method === 'DELETE' ? 'DeleteObject' : 'Other';
}

/** Stands between a worker and the simulator, and changes what it likes. */
export async function alteringProxy(endpoint: string) {
  let alter: Alter = {};
  const target = new URL(endpoint);
  const server = createServer((incoming, outgoing) => {
    const pieces: Buffer[] = [];
    incoming.on('data', (piece) => pieces.push(piece));
    incoming.on('end', () => {
      const body = Buffer.concat(pieces);
      const [path = '', search = ''] = (incoming.url ?? '').split('?');
      const query = new URLSearchParams(search);
      const method = incoming.method ?? '';
      const asked: Asked = {
        operation: operationOf(method, path, query),
        method,
        url: incoming.url ?? '',
        query,
        body: body.toString(),
        headers: incoming.headers,
      };
      const answer = ({ status, body: text, headers }: Told) => {
        outgoing.writeHead(status, {
          'content-type': 'application/xml',
          ...headers,
          ...(status !== 204 && { 'content-length': Buffer.byteLength(text) }),
        });
        outgoing.end(status === 204 ? undefined : text);
      };
      const instead = alter.instead?.(asked);
      if (instead) return answer(instead);
      const passed = send(
        { host: target.hostname, port: target.port, method, path: incoming.url, headers: incoming.headers },
        (from) => {
          const got: Buffer[] = [];
          from.on('data', (piece) => got.push(piece));
          from.on('end', () => {
            const { 'content-length': _, 'transfer-encoding': __, ...headers } = from.headers as Record<string, string>;
            const told = { status: from.statusCode ?? 0, body: Buffer.concat(got).toString(), headers };
            answer(alter.after ? alter.after(asked, told) : told);
          });
        },
      );
      passed.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connect = () => prepared(new S3Client({ ...clientSettings(url), forcePathStyle: true, maxAttempts: 1 }));
  return {
    url,
    objects: (bucket: string, uploads?: 'prefix' | 'bucket' | 'none') =>
      createS3Objects(connect(), { bucket, wait: async () => {}, ...(uploads && { uploads }) }),
    alter: (by: Alter) => {
      alter = by;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
