import { request as send } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type LoopbackRequest, listenOnLoopback } from '../../local/loopback.ts';
import { parseTarget } from '../../local/s3/http/request.ts';
import { findRoute } from '../../local/s3/http/routes.ts';

/**
 * A call to AWS: which function made it, what IAM calls the service, and how the ARN of the resource ends, where a
 * function has several of a kind.
 */
export type RecordedCall = { by: string; service: string; operation: string; resource: string };

/** The variables by which the SDK finds a service, and the service's name in IAM. */
const SERVICES: Record<string, string> = {
  AWS_ENDPOINT_URL_DYNAMODB: 'dynamodb',
  AWS_ENDPOINT_URL_S3: 's3',
  AWS_ENDPOINT_URL_SQS: 'sqs',
  AWS_ENDPOINT_URL_SFN: 'states',
  AWS_ENDPOINT_URL_EVENTBRIDGE: 'events',
  AWS_ENDPOINT_URL_KMS: 'kms',
  AWS_ENDPOINT_URL_CLOUDFRONT: 'cloudfront',
  AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: 'cloudfront-keyvaluestore',
};

/** Stands before the services, passes everything on, and writes down who called what. */
export async function startCallRecorder(endpoints: Record<string, string>) {
  const calls: RecordedCall[] = [];
  let caller = '';
  const fronts = await Promise.all(
    Object.entries(endpoints).map(async ([variable, endpoint]) => {
      const service = SERVICES[variable];
      if (!service) throw new Error(`${variable} leads to a service that nobody has thought of`);
      const front = await listenOnLoopback(async (request) => {
        calls.push({
          by: caller,
          service,
          operation: operationIn(service, request),
          resource: resourceIn(service, request),
        });
        return await relay(request, endpoint);
      });
      return { variable, ...front };
    }),
  );
  return {
    // The SDK puts an account id in front of some names, which an address in numbers cannot take.
    endpoints: Object.fromEntries(fronts.map(({ variable, url }) => [variable, url.replace('127.0.0.1', 'localhost')])),
    /** Whoever calls from now on. One at a time. */
    nowCalls: (name: string) => {
      caller = name;
    },
    /** Each kind of call once. */
    calls: () => [...new Map(calls.map((call) => [JSON.stringify(call), call])).values()],
    async stop() {
      await Promise.all(fronts.map(({ close }) => close()));
    },
  };
}

function operationIn(service: string, { method, path, headers, ...request }: LoopbackRequest): string {
  if (service === 's3') return findRoute(parseTarget({ method, url: request.url, headers } as never)).name;
  if (service === 'cloudfront') return method === 'POST' ? 'CreateInvalidation' : 'GetInvalidation';
  if (service === 'cloudfront-keyvaluestore') return keyValueOperation(method, path);
  return String(headers['x-amz-target']).split('.')[1] ?? '';
}

/** The queues of the local system, as the template calls them. */
const QUEUES: Record<string, string> = { cleanup: 'Cleanup', 'cleanup-dlq': 'CleanupDeadLetters', edge: 'Edge' };

function resourceIn(service: string, { body }: LoopbackRequest): string {
  if (service === 'sqs') {
    const name = (JSON.parse(body.toString()) as { QueueUrl: string }).QueueUrl.split('/').at(-1) ?? '';
    return `<State.${QUEUES[name] ?? name}.Arn>`;
  }
  if (service !== 'dynamodb') return '';
  const { IndexName } = JSON.parse(body.toString()) as { IndexName?: string };
  return `<State.Tombstones.Arn>${IndexName ? `/index/${IndexName}` : ''}`;
}

function keyValueOperation(method: string, path: string): string {
  if (method === 'POST') return 'UpdateKeys';
  if (method === 'PUT' || method === 'DELETE') return method === 'PUT' ? 'PutKey' : 'DeleteKey';
  if (path.endsWith('/keys')) return 'ListKeys';
  return path.includes('/keys/') ? 'GetKey' : 'DescribeKeyValueStore';
}

async function relay({ method, url, headers, body }: LoopbackRequest, endpoint: string) {
  const { hostname, port } = new URL(endpoint);
  const answer = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    send({ hostname, port, method, path: url, headers }, resolve).on('error', reject).end(body);
  });
  const kept = Object.entries(answer.headers).filter(
    ([name]) => !/^(transfer-encoding|connection|content-length)$/.test(name),
  );
  return {
    status: answer.statusCode ?? 500,
    headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
    body: await buffer(answer),
  };
}
