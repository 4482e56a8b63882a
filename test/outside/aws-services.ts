import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { RunbookStack } from '../support/runbook.ts';

/** Where the programs believe the services to be. Only their proxy knows that they are here. */
export const ENDPOINT = 'http://aws.example.com';

type Request = { method: string; path: string; headers: IncomingHttpHeaders; body: string };
type Answer = { type: 'text/xml' | 'application/json'; body: string };

/** Resources in one page of CloudFormation's answer. Its own pages have a hundred; more pages find more mistakes. */
const PAGE = 20;

const xml = (body: string): Answer => ({ type: 'text/xml', body });
const json = (value: object): Answer => ({ type: 'application/json', body: JSON.stringify(value) });

/** What the JSON services answer, by `X-Amz-Target`. Everything else is answered with an empty object. */
const TOLD: Record<string, object> = {
  'Logs_20140328.StartQuery': { queryId: 'query-1' },
  'Logs_20140328.GetQueryResults': { status: 'Complete', results: [] },
  'Logs_20140328.FilterLogEvents': { events: [] },
  'TrentService.DescribeKey': { KeyMetadata: { KeyId: 'key', KeyState: 'Enabled' } },
  'AWSEvents.DescribeRule': { Name: 'rule', State: 'ENABLED' },
  'AWSHealth_20160804.DescribeEvents': { events: [] },
  'AWSStepFunctions.ListExecutions': { executions: [] },
};

const VARIABLES = {
  DISTRIBUTION_ID: 'E0EXAMPLE00000',
  STATE_MACHINE_ARN: 'arn:aws:states:eu-central-1:000000000000:stateMachine:video-processing',
  GATE_STORE_ARN: 'arn:aws:cloudfront::000000000000:key-value-store/00000000-0000-4000-8000-000000000001',
};

/**
 * The services that the runbook's commands call, behind one proxy, in the protocols of the real `aws`. CloudFormation
 * knows the stacks. `calls` are those it understood.
 */
export async function startAwsServices(stacks: Record<string, RunbookStack>) {
  const calls: string[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    const { type, body } = answerTo({
      method,
      path: new URL(url, ENDPOINT).pathname,
      headers,
      body: await text(incoming),
    });
    outgoing.writeHead(200, { 'content-type': type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  function answerTo({ method, path, headers, body }: Request): Answer {
    const [, service = 'curl'] = /\/([\w-]+)\/aws4_request/.exec(String(headers.authorization)) ?? [];
    const target = headers['x-amz-target'];
    const form = new URLSearchParams(body);
    const operation = String(target ?? form.get('Action') ?? `${method} ${path}`);
    calls.push(`${service} ${operation}`);
    if (service === 'cloudformation') return describe(form);
    if (service === 'cloudfront' && path.startsWith('/2020-05-31/')) return xml('<InvalidationList/>');
    if (service === 'lambda' && path.endsWith('/configuration')) return json({ Environment: { Variables: VARIABLES } });
    if (form.has('Action')) return xml(emptyAnswer(operation));
    return json(typeof target === 'string' ? (TOLD[target] ?? {}) : {});
  }

  function describe(form: URLSearchParams): Answer {
    const stack = stacks[form.get('StackName')?.split('-').at(-1) ?? ''];
    if (!stack) throw new Error(`The runbook names the stack ${form.get('StackName')}`);
    if (form.get('Action') === 'DescribeStacks') return xml(stackXml(stack));
    return xml(resourcesXml(stack, Number(form.get('NextToken') ?? 0)));
  }

  return {
    /** A proxy for HTTP: `aws` puts an account's id in front of some names, which nobody could resolve. */
    proxy: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => [...new Set(calls)],
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

function stackXml({ outputs }: RunbookStack): string {
  const members = outputs.map((key) => {
    const value = key.includes('Url') ? ENDPOINT : `output-${key}`;
    return `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`;
  });
  const stack = `<member><StackName>stack</StackName><Outputs>${members.join('')}</Outputs></member>`;
  return `<DescribeStacksResponse><DescribeStacksResult><Stacks>${stack}</Stacks></DescribeStacksResult></DescribeStacksResponse>`;
}

function resourcesXml({ resources }: RunbookStack, from: number): string {
  const all = Object.entries(resources);
  const members = all.slice(from, from + PAGE).map(([id, type]) => {
    const ids = `<LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${id}</PhysicalResourceId>`;
    return `<member>${ids}<ResourceType>${type}</ResourceType></member>`;
  });
  const next = from + PAGE < all.length ? `<NextToken>${from + PAGE}</NextToken>` : '';
  const result = `<StackResourceSummaries>${members.join('')}</StackResourceSummaries>${next}`;
  return `<ListStackResourcesResponse><ListStackResourcesResult>${result}</ListStackResourcesResult></ListStackResourcesResponse>`;
}

/** CloudWatch and IAM: one alarm, and nothing else to say. */
function emptyAnswer(operation: string): string {
  const alarm = '<MetricAlarms><member><AlarmName>VideoDeletion-prod-Page</AlarmName></member></MetricAlarms>';
  const result = operation === 'DescribeAlarms' ? alarm : '';
  return `<${operation}Response><${operation}Result>${result}</${operation}Result></${operation}Response>`;
}
