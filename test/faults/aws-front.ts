import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { parseTarget } from '../../local/s3/http/request.ts';
import { findRoute } from '../../local/s3/http/routes.ts';
import { awsErrorAnswer } from './aws-answers.ts';
import { suffer } from './faults.ts';
import type { Service } from './ordeal.ts';
import type { Front, ProcessGate } from './process-gate.ts';

export type AwsService = Exclude<Service, 'Postgres' | 'Redis'>;
type Answer = { status: number; headers: Record<string, unknown>; body: Uint8Array };

/** Who answers an operation, by the first half of `X-Amz-Target`. */
const JSON_SERVICES: Record<string, AwsService> = {
  DynamoDB_20120810: 'DynamoDB',
  AmazonSQS: 'SQS',
  AWSStepFunctions: 'StepFunctions',
  AWSEvents: 'EventBridge',
  TrentService: 'KMS',
};

/** One door to all services of AWS: it names the operation, lets it suffer what it must, and hands on the rest. */
export async function startAwsFront(endpoints: Record<AwsService, string>, gate: ProcessGate): Promise<Front> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    if (gate.hasEnded()) incoming.socket.resetAndDestroy();
    else void pass(incoming, outgoing, { endpoints, gate, agent }).catch(() => incoming.socket.resetAndDestroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => server.closeAllConnections(),
    close: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Outside = { endpoints: Record<AwsService, string>; gate: ProcessGate; agent: Agent };

async function pass(incoming: IncomingMessage, outgoing: ServerResponse, outside: Outside): Promise<void> {
  const body = await buffer(incoming);
  const { service, operation } = operationIn(incoming);
  const forward = () => relay(incoming, body, { endpoint: outside.endpoints[service], agent: outside.agent });
  const write = ({
    status,
    headers,
    body,
  }: Pick<Answer, 'status'> & { headers?: object; body?: string | Uint8Array }) =>
    void outgoing.writeHead(status, { ...headers }).end(body);
  const fault = outside.gate.meet(service, operation, String(incoming.headers['amz-sdk-invocation-id']));
  if (!fault) return write(await forward());
  await suffer(fault, {
    effect: forward,
    error: (error) => write(awsErrorAnswer(service, error)),
    cut: () => incoming.socket.resetAndDestroy(),
    stop: outside.gate.end,
  });
}

function operationIn(incoming: IncomingMessage): { service: AwsService; operation: string } {
  const [target = '', operation = ''] = String(incoming.headers['x-amz-target'] ?? '').split('.');
  const service = JSON_SERVICES[target];
  if (service) return { service, operation };
  if (!incoming.url?.startsWith('/2020-05-31/distribution/')) {
    return { service: 'S3', operation: findRoute(parseTarget(incoming)).name };
  }
  return { service: 'CloudFront', operation: incoming.method === 'POST' ? 'CreateInvalidation' : 'GetInvalidation' };
}

async function relay(
  { method, url = '/', headers }: IncomingMessage,
  body: Buffer,
  { endpoint, agent }: { endpoint: string; agent: Agent },
): Promise<Answer> {
  const { hostname, port } = new URL(endpoint);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ hostname, port, method, path: url, headers, agent }, resolve).on('error', reject).end(body);
  });
  return { status: answer.statusCode ?? 500, headers: answer.headers, body: await buffer(answer) };
}
