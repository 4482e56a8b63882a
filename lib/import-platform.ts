import { ArnFormat, CfnOutput, Stack } from 'aws-cdk-lib';
import {
  Connections,
  type IConnectable,
  type ISubnet,
  type IVpc,
  SecurityGroup,
  Subnet,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { type EndpointName, ServiceEndpoints } from './constructs/platform/service-endpoints.ts';
import { EdgeGate } from './constructs/state/edge-gate.ts';
import type { PlatformAttributes } from './environment.ts';
import type { Platform, PlatformCache, PlatformEdge, PlatformNetwork, PlatformStorage } from './platform.ts';

/** The database roles that the migrations create (`functions/stores/postgres/migrations/serving-role.ts`). */
const SERVING_USERS = { deleting: 'video_deletion', reading: 'video_deletion_reader' };

/**
 * An existing platform, by its attributes. Nothing is looked up, so synthesis needs no credentials. What the platform
 * lacks is created in `scope`: endpoints of its VPC, and the gate if the environment has one.
 */
export function importPlatform(scope: Construct, attributes: PlatformAttributes): Platform {
  const { database, cache, edge, stateMachineName } = attributes;
  return {
    network: importNetwork(scope, attributes),
    database: {
      host: database.host,
      port: database.port,
      name: database.name,
      users: { ...SERVING_USERS, migrating: database.migratingUser },
      logIn: database.logIn ?? 'token',
      ...(database.platformUser && { platformUser: database.platformUser }),
      resourceId: database.resourceId,
      ...(database.proxyName && { proxyName: database.proxyName }),
      access: SecurityGroup.fromSecurityGroupId(scope, 'Database', database.securityGroupId),
    },
    storage: importStorage(scope, attributes.storage),
    ...(cache && { cache: importCache(scope, cache) }),
    ...(edge && { edge: importEdge(scope, edge) }),
    ...(stateMachineName && {
      stateMachineArn: Stack.of(scope).formatArn({
        service: 'states',
        resource: 'stateMachine',
        resourceName: stateMachineName,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    }),
    issuer: attributes.issuer,
  };
}

function importNetwork(scope: Construct, attributes: PlatformAttributes): PlatformNetwork {
  const { vpcId, subnets: subnetAttributes, wayOut } = attributes.network;
  // CDK requires availability zones, but never uses these values, because subnets are always selected by their ids.
  const vpc = Vpc.fromVpcAttributes(scope, 'Vpc', { vpcId, availabilityZones: ['any'] });
  const subnets = subnetAttributes.map((subnet, index) => Subnet.fromSubnetAttributes(scope, `Subnet${index}`, subnet));
  if (wayOut.by === 'nat') return { vpc, subnets };
  const missing = endpointsFor(attributes).filter((name) => !wayOut.existing.includes(name));
  const endpoints = endpointAccess(scope, { vpc, subnets, missing, securityGroupId: wayOut.securityGroupId });
  return { vpc, subnets, endpoints };
}

/** The services that functions call from within the VPC. */
function endpointsFor({ storage, cache, stateMachineName }: PlatformAttributes): EndpointName[] {
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

type Access = {
  vpc: IVpc;
  subnets: readonly ISubnet[];
  missing: readonly EndpointName[];
  securityGroupId: string | undefined;
};

function endpointAccess(scope: Construct, { vpc, subnets, missing, securityGroupId }: Access): IConnectable {
  const ours = new ServiceEndpoints(scope, 'Endpoints', { vpc, subnets, names: missing }).securityGroup;
  if (!securityGroupId) return ours;
  const theirs = SecurityGroup.fromSecurityGroupId(scope, 'ExistingEndpoints', securityGroupId);
  return { connections: new Connections({ securityGroups: [ours, theirs] }) };
}

function importStorage(scope: Construct, storage: PlatformAttributes['storage']): PlatformStorage {
  if (storage.kind === 's3') {
    const { kind, bucketName, originalsPrefixes } = storage;
    return { kind, originalsPrefixes, bucket: Bucket.fromBucketName(scope, 'Videos', bucketName) };
  }
  const { secretName, ...rest } = storage;
  return { ...rest, secret: Secret.fromSecretNameV2(scope, 'StorageKeys', secretName) };
}

function importCache(scope: Construct, cache: NonNullable<PlatformAttributes['cache']>): PlatformCache {
  const { securityGroupId, ...rest } = cache;
  const access = SecurityGroup.fromSecurityGroupId(scope, 'Cache', securityGroupId);
  if (rest.kind === 'iam') return { ...rest, mode: rest.mode ?? (rest.isServerless ? 'cluster' : 'server'), access };
  const { secretName, mode = 'server', ...address } = rest;
  return { ...address, mode, access, secret: Secret.fromSecretNameV2(scope, 'CachePassword', secretName) };
}

function importEdge(scope: Construct, edge: NonNullable<PlatformAttributes['edge']>): PlatformEdge {
  if (edge.mode === 'invalidate') return edge;
  const { mode, distributionId, whenUnreadable, ttlSeconds } = edge;
  const gate = new EdgeGate(scope, 'Gate', { whenUnreadable });
  new CfnOutput(scope, 'GateFunctionArn', {
    description: 'Associate with viewer requests in every behaviour that serves videos or originals',
    value: gate.association.function.functionRef.functionArn,
  });
  return { mode, distributionId, ttlSeconds, gateStoreArn: gate.store.keyValueStoreArn };
}
