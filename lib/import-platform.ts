import { ArnFormat, Stack } from 'aws-cdk-lib';
import {
  Connections,
  type ISecurityGroup,
  type ISubnet,
  type IVpc,
  SecurityGroup,
  Subnet,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { type EndpointName, ServiceEndpoints } from './constructs/platform/service-endpoints.ts';
import type { EdgeGate } from './constructs/state/edge-gate.ts';
import { endpointsFor } from './endpoints-for.ts';
import type { PlatformAttributes } from './environment.ts';
import type { Platform, PlatformCache, PlatformEdge, PlatformNetwork, PlatformStorage } from './platform.ts';
import { SERVING_USERS } from './serving-users.ts';

/**
 * An existing platform, by its attributes. Nothing is looked up, so synthesis needs no credentials. What the platform
 * lacks is created in `scope`: endpoints of its VPC. `gate`: the one of the environment, if it has one.
 */
export function importPlatform(scope: Construct, attributes: PlatformAttributes, gate: EdgeGate | undefined): Platform {
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
      access: importGroup(scope, 'Database', database.securityGroupId, attributes.network),
    },
    storage: importStorage(scope, attributes.storage),
    ...(cache && { cache: importCache(scope, cache, attributes.network) }),
    ...(edge && { edge: importEdge(edge, gate) }),
    ...(stateMachineName && { stateMachineName }),
    issuer: attributes.issuer,
  };
}

function importNetwork(scope: Construct, attributes: PlatformAttributes): PlatformNetwork {
  const { network } = attributes;
  // CDK requires availability zones, but never uses these values, because subnets are always selected by their ids.
  const vpc = Vpc.fromVpcAttributes(scope, 'Vpc', { vpcId: network.vpcId, availabilityZones: ['any'] });
  const subnets = network.subnets.map(({ subnetId, routeTableId }, index) =>
    Subnet.fromSubnetAttributes(scope, `Subnet${index}`, { subnetId, routeTableId }),
  );
  const existing: readonly EndpointName[] = network.wayOut.by === 'endpoints' ? network.wayOut.existing : [];
  const missing = endpointsFor(attributes).filter((name) => !existing.includes(name));
  return { vpc, subnets, rules: scope, ...endpointAccess(scope, { vpc, subnets, missing, network }) };
}

type Access = {
  vpc: IVpc;
  subnets: readonly ISubnet[];
  missing: readonly EndpointName[];
  network: PlatformAttributes['network'];
};

/** Endpoints that exist have private DNS. Those that are created have it only if the whole VPC is let in. */
function endpointAccess(
  scope: Construct,
  { vpc, subnets, missing, network }: Access,
): Pick<PlatformNetwork, 'endpoints' | 'addresses'> {
  const { wayOut } = network;
  if (wayOut.by === 'nat') return {};
  const ours = new ServiceEndpoints(scope, 'Endpoints', {
    vpc,
    subnets,
    names: missing,
    ...(wayOut.letIn && { privateDns: { cidrs: wayOut.letIn } }),
  });
  const theirs = wayOut.securityGroupId
    ? [importGroup(scope, 'ExistingEndpoints', wayOut.securityGroupId, network)]
    : [];
  return {
    endpoints: { connections: new Connections({ securityGroups: [ours.securityGroup, ...theirs] }) },
    addresses: ours.addresses,
  };
}

/** Rules are added to the platform's groups unless it manages them itself. */
function importGroup(
  scope: Construct,
  id: string,
  securityGroupId: string,
  { manageRules = true }: PlatformAttributes['network'],
): ISecurityGroup {
  return SecurityGroup.fromSecurityGroupId(scope, id, securityGroupId, { mutable: manageRules });
}

/** A secret, with the right to decrypt it where it has a key of its own. */
function importSecret(scope: Construct, id: string, { secretName, secretKeyArn }: SecretAttributes): ISecret {
  if (!secretKeyArn) return Secret.fromSecretNameV2(scope, id, secretName);
  const secretPartialArn = Stack.of(scope).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: secretName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const encryptionKey = Key.fromKeyArn(scope, `${id}Key`, secretKeyArn);
  return Secret.fromSecretAttributes(scope, id, { secretPartialArn, encryptionKey });
}

type SecretAttributes = { secretName: string; secretKeyArn?: string | undefined };

function importStorage(scope: Construct, storage: PlatformAttributes['storage']): PlatformStorage {
  if (storage.kind === 's3') {
    const { kind, bucketName, originalsPrefixes } = storage;
    return { kind, originalsPrefixes, bucket: Bucket.fromBucketName(scope, 'Videos', bucketName) };
  }
  const { secretName, secretKeyArn, ...rest } = storage;
  return { ...rest, secret: importSecret(scope, 'StorageKeys', { secretName, secretKeyArn }) };
}

function importCache(
  scope: Construct,
  cache: NonNullable<PlatformAttributes['cache']>,
  network: PlatformAttributes['network'],
): PlatformCache {
  const { securityGroupId, ...rest } = cache;
  const access = importGroup(scope, 'Cache', securityGroupId, network);
  if (rest.kind === 'iam') return { ...rest, mode: rest.mode ?? (rest.isServerless ? 'cluster' : 'server'), access };
  const { secretName, secretKeyArn, mode = 'server', ...address } = rest;
  return { ...address, mode, access, secret: importSecret(scope, 'CachePassword', { secretName, secretKeyArn }) };
}

function importEdge(edge: NonNullable<PlatformAttributes['edge']>, gate: EdgeGate | undefined): PlatformEdge {
  if (edge.mode === 'invalidate') return edge;
  if (!gate) throw new Error('The environment has a gate, but it was not passed');
  const { mode, distributionId, longestTtlSeconds } = edge;
  return { mode, distributionId, longestTtlSeconds, gateStoreArn: gate.store.keyValueStoreArn };
}
