import { endpointsFor } from './endpoints-for.ts';
import type { PlatformAttributes } from './environment.ts';
import { SERVING_USERS } from './serving-users.ts';

type Where = { account?: string | undefined; region?: string | undefined };

/**
 * Attributes of a platform that are well-formed, but cannot work together, or not where they are deployed. `where`:
 * account and region of the credentials, as far as they are known.
 */
export function contradictionsOf(platform: PlatformAttributes, where: Where = deployedTo()): string[] {
  return [
    ...aboutNetwork(platform),
    ...aboutDatabase(platform, where),
    ...aboutBucket(platform, where),
    ...aboutKeys(platform, where),
  ];
}

function aboutNetwork(platform: PlatformAttributes): string[] {
  const { wayOut, manageRules = true, isShared = false } = platform.network;
  const mistakes: string[] = [];
  if (isShared && manageRules)
    mistakes.push(
      'platform.network.manageRules is not false, expected false in a shared VPC, whose security groups belong to another account',
    );
  if (wayOut.by !== 'endpoints') return mistakes;
  const zones = platform.network.subnets.flatMap(({ zoneId }) => zoneId ?? []);
  if (new Set(zones).size < zones.length)
    mistakes.push(
      'platform.network.subnets has two of one zone, expected one subnet for each zone: an endpoint takes no more',
    );
  if (platform.storage.kind === 'r2')
    mistakes.push('platform.network.wayOut is by "endpoints", expected "nat", since no endpoint leads to R2');
  if (wayOut.existing.some(isInterface) && wayOut.securityGroupId === undefined && manageRules)
    mistakes.push(
      'platform.network.wayOut.securityGroupId is not set, expected the security group of the endpoints in "existing"',
    );
  const missing = endpointsFor(platform).filter((one) => !wayOut.existing.includes(one));
  if (isShared && missing.length > 0)
    mistakes.push(
      `platform.network.wayOut.existing lacks ${missing.join(', ')}, expected all of them in a shared VPC: let the account that owns it create them`,
    );
  return mistakes;
}

function aboutDatabase({ database }: PlatformAttributes, { account }: Where): string[] {
  const mistakes: string[] = [];
  if (database.resourceId.startsWith('prx-') !== (database.proxyName !== undefined))
    mistakes.push('platform.database.proxyName is set for a proxy (resourceId prx-…) and for nothing else');
  if (database.logIn === 'password' && database.proxyName === undefined)
    mistakes.push('platform.database.logIn is "password", expected "token" without a proxy that knows the passwords');
  for (const [field, role] of Object.entries({
    migratingUser: database.migratingUser,
    platformUser: database.platformUser,
  }))
    if (role !== undefined && Object.values<string>(SERVING_USERS).includes(role))
      mistakes.push(
        `platform.database.${field} is "${role}", expected a role of the platform: the migration makes that one, with the rights of a function alone`,
      );
  if (account !== undefined && database.accountId !== undefined && database.accountId !== account)
    mistakes.push(
      `platform.database.accountId is "${database.accountId}", expected "${account}", where this is deployed: RDS takes IAM tokens only from roles of its own account`,
    );
  return mistakes;
}

function aboutBucket({ storage }: PlatformAttributes, { region }: Where): string[] {
  if (storage.kind !== 's3' || !storage.region || !region || storage.region === region) return [];
  return [
    `platform.storage.region is "${storage.region}", expected "${region}", where this is deployed: deploy it where the bucket is`,
  ];
}

/** A secret is read where it is, and its key decrypts there. */
function aboutKeys({ storage, cache }: PlatformAttributes, { region }: Where): string[] {
  const keys = {
    storage: 'secretKeyArn' in storage && storage.secretKeyArn,
    cache: cache && 'secretKeyArn' in cache && cache.secretKeyArn,
  };
  return Object.entries(keys).flatMap(([part, arn]) => {
    const [, , , of] = arn ? arn.split(':') : [];
    if (!of || !region || of === region) return [];
    return [`platform.${part}.secretKeyArn is of ${of}, expected a key of ${region}, where the secret is read`];
  });
}

const isInterface = (endpoint: string) => endpoint !== 's3' && endpoint !== 'dynamodb';

/** Where the credentials name no account, the CDK names a region of its own. */
function deployedTo(): Where {
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
  return account ? { account, region } : {};
}
