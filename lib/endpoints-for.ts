import type { EndpointName } from './constructs/platform/service-endpoints.ts';
import type { PlatformAttributes } from './environment.ts';

/** The services that functions call from within the VPC. */
export function endpointsFor({ storage, cache, stateMachineName }: PlatformAttributes): EndpointName[] {
  return [
    'dynamodb',
    'sqs',
    'events',
    'kms',
    ...(storage.kind === 's3' ? (['s3'] as const) : []),
    ...(stateMachineName ? (['states'] as const) : []),
    ...(cache?.kind === 'secret' ? (['secretsmanager'] as const) : []),
  ];
}
