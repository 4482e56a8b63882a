import type { Environment } from '../../lib/environment.ts';
import type { RecordedCall } from './call-recorder.ts';
import { rightsByFunction } from './policies.ts';
import type { Templates } from './synthesised.ts';

/** Where IAM calls an operation otherwise than the API does (Service Authorization Reference). */
const ACTIONS: Record<string, string[]> = {
  's3:ListObjectVersions': ['s3:ListBucketVersions'],
  's3:ListMultipartUploads': ['s3:ListBucketMultipartUploads'],
  's3:ListParts': ['s3:ListMultipartUploadParts'],
  's3:DeleteObjects': ['s3:DeleteObject', 's3:DeleteObjectVersion'],
};

/** The variables of the SDK for services that may have an address of their own in a VPC. */
const VARIABLES: Record<string, string> = {
  sqs: 'AWS_ENDPOINT_URL_SQS',
  states: 'AWS_ENDPOINT_URL_SFN',
  events: 'AWS_ENDPOINT_URL_EVENTBRIDGE',
  kms: 'AWS_ENDPOINT_URL_KMS',
};

/** What these calls would lack in an environment: a grant, or a way from the function's network to the service. */
export function lackingFor(calls: readonly RecordedCall[], environment: Environment, templates: Templates): string[] {
  const absent = absentIn(environment);
  const made = calls.filter(({ service }) => !absent.includes(service));
  return [
    ...made.flatMap((call) => ungranted(call, templates)),
    ...made.flatMap((call) => cutOff(call, environment, templates)),
  ];
}

/** What the recorded system has and this platform has not. */
function absentIn({ platform }: Environment): string[] {
  if (platform === 'sample') return [];
  const hasGate = platform.edge && platform.edge.mode !== 'invalidate';
  return [...(platform.storage.kind === 's3' ? [] : ['s3']), ...(hasGate ? [] : ['cloudfront-keyvaluestore'])];
}

function ungranted({ by, service, operation, resource }: RecordedCall, templates: Templates): string[] {
  const rights = rightsByFunction(templates).get(by) ?? [];
  const isGranted = (action: string) =>
    rights.some((right) => right.action === action && (!resource || right.resource.endsWith(resource)));
  const actions = ACTIONS[`${service}:${operation}`] ?? [`${service}:${operation}`];
  return actions.filter((action) => !isGranted(action)).map((action) => `${by} may not ${action} ${resource}`);
}

/** A function in a VPC without NAT reaches only what has an endpoint there. */
function cutOff({ by, service }: RecordedCall, { platform }: Environment, templates: Templates): string[] {
  const { VpcConfig, Environment: told } = functionNamed(by, templates);
  if (!VpcConfig || (platform !== 'sample' && platform.network.wayOut.by === 'nat')) return [];
  const existing =
    platform !== 'sample' && platform.network.wayOut.by === 'endpoints' ? platform.network.wayOut.existing : [];
  if (existing?.some((name) => name === service)) return [];
  const stack = platform === 'sample' ? templates.platform : templates.service;
  const [endpoint] = Object.values(stack?.findResources('AWS::EC2::VPCEndpoint') ?? {}).filter(({ Properties }) =>
    JSON.stringify(Properties.ServiceName).includes(`.${service}"`),
  );
  if (!endpoint) return [`${by} finds no way to ${service}`];
  const { VpcEndpointType: type, PrivateDnsEnabled: hasName } = endpoint.Properties;
  const isFound = type === 'Gateway' || hasName || told.Variables[VARIABLES[service] ?? ''] !== undefined;
  return isFound ? [] : [`${by} is not told where ${service} is`];
}

function functionNamed(name: string, templates: Templates) {
  const [found] = Object.values(
    templates.service.findResources('AWS::Lambda::Function', {
      Properties: { Description: `Video deletion: ${name}` },
    }),
  );
  if (!found) throw new Error(`No function is called ${name}`);
  return found.Properties as { VpcConfig?: object; Environment: { Variables: Record<string, unknown> } };
}
