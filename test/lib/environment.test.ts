import { describe, expect, it } from 'vitest';
import {
  ENVIRONMENT_NAMES,
  type EnvironmentAttributes,
  environmentNamed,
  type PlatformAttributes,
  parseEnvironment,
  WrongEnvironment,
} from '../../lib/environment.ts';
import { ENVIRONMENTS } from '../../lib/environments.ts';

/** `prod` as it is written down, with a mistake. */
function mistaken(mistake: (prod: EnvironmentAttributes, platform: PlatformAttributes) => unknown): unknown {
  const prod: EnvironmentAttributes = structuredClone(ENVIRONMENTS.prod);
  if (prod.platform === 'sample') throw new Error('prod brings a platform of its own');
  mistake(prod, prod.platform);
  return prod;
}

function messageFor(attributes: unknown): string {
  try {
    parseEnvironment('prod', attributes);
  } catch (error) {
    if (error instanceof WrongEnvironment) return error.message;
    throw error;
  }
  return 'no mistake';
}

describe('the environments that are written down', () => {
  it.each(ENVIRONMENT_NAMES)('%s has no mistake', (name) => {
    expect(environmentNamed(name)).toEqual({ ...ENVIRONMENTS[name as keyof typeof ENVIRONMENTS], name });
  });

  it('show a platform of its own, one on R2 with a NAT, and one on AWS with endpoints and the gate', () => {
    expect(ENVIRONMENTS.dev.platform).toBe('sample');
    expect(ENVIRONMENTS.staging.platform).toMatchObject({
      storage: { kind: 'r2' },
      network: { wayOut: { by: 'nat' } },
    });
    expect(ENVIRONMENTS.prod.platform).toMatchObject({
      storage: { kind: 's3' },
      network: { wayOut: { by: 'endpoints' } },
      edge: { mode: 'both' },
    });
  });

  it('name no account and no region', () => {
    expect(JSON.stringify(ENVIRONMENTS)).not.toMatch(/\d{12}(?![0-9a-f])|\b(us|eu|ap|ca|sa|me|af|il)-[a-z]+-\d/);
  });
});

describe('an environment that is not there', () => {
  it.each([[undefined], ['']])('%j: says which ones there are', (name) => {
    expect(() => environmentNamed(name)).toThrow(
      new WrongEnvironment('No environment was named, expected dev, staging, prod: npm run synth -- dev'),
    );
  });

  it('is named', () => {
    expect(() => environmentNamed('qa')).toThrow(/^There is no environment "qa", expected dev, staging, prod/);
  });
});

describe('a mistake is told with the environment, the field, what was found and what would be right', () => {
  it.each<[string, Parameters<typeof mistaken>[0], string]>([
    [
      'an id of another kind',
      (_prod, platform) => Object.assign(platform.network, { vpcId: 'subnet-0123456789abcdef0' }),
      'prod: platform.network.vpcId is "subnet-0123456789abcdef0", expected an id like vpc-0123456789abcdef0',
    ],
    [
      'a field that is missing',
      (_prod, platform) => Object.assign(platform.database, { host: undefined }),
      'prod: platform.database.host is not set, expected a host name, without protocol, port or path',
    ],
    [
      'a field in a list',
      (_prod, platform) => Object.assign(platform.network.subnets[1] ?? {}, { routeTableId: 'main' }),
      'prod: platform.network.subnets.1.routeTableId is "main", expected an id like rtb-0123456789abcdef0',
    ],
    [
      'a prefix that would match everything',
      (_prod, platform) => Object.assign(platform.storage, { originalsPrefixes: ['/'] }),
      'prod: platform.storage.originalsPrefixes.0 is "/", expected a prefix like uploads/, ending in a slash, not in videos/',
    ],
    [
      'a field that nobody knows',
      (_prod, platform) => Object.assign(platform.database, { password: 'x' }),
      'prod: platform.database.password is unknown, expected no such field',
    ],
    [
      'an undo window of more than an hour without a gate',
      (prod, platform) => {
        Object.assign(platform.edge ?? {}, { mode: 'invalidate' });
        delete (platform.edge as { whenUnreadable?: unknown }).whenUnreadable;
        prod.rules = { adminUndoSeconds: 3601 };
      },
      'prod: rules is {"adminUndoSeconds":3601}, expected undo windows of at most 3600 s, or edge.mode gate or both, or playableWhileWaiting: true, since copies at the edge can be played while a deletion waits',
    ],
    [
      'a mode that does not exist',
      (_prod, platform) => Object.assign(platform.edge ?? {}, { mode: 'purge' }),
      'prod: platform.edge.mode is "purge", expected { mode: "invalidate", ... }, { mode: "gate", ... } or { mode: "both", ... }',
    ],
    [
      'a cache of a mode that does not exist',
      (_prod, platform) => Object.assign(platform.cache ?? {}, { mode: 'sentinel' }),
      'prod: platform.cache.mode is "sentinel", expected one of server, cluster',
    ],
    [
      'a URL without TLS',
      (_prod, platform) => Object.assign(platform.issuer, { url: 'http://login.example.com' }),
      'prod: platform.issuer.url is "http://login.example.com", expected a URL that begins with https://',
    ],
    [
      'a platform that is no platform',
      (prod) => Object.assign(prod, { platform: 'production' }),
      'prod: platform is "production", expected "sample", or the attributes of a platform',
    ],
    [
      'a rule out of its bounds',
      (prod) => Object.assign(prod, { rules: { retentionDays: 30 } }),
      'prod: rules.retentionDays is 30, expected a whole number from 180 to 3650',
    ],
    [
      'a sign-in that asks for no identity',
      (prod) => Object.assign(prod, { signIn: { clientId: 'page', scope: 'videos' } }),
      'prod: signIn.scope is "videos", expected scopes with spaces between them, openid among them',
    ],
    [
      'a sign-in beside a sample platform',
      (prod) => Object.assign(prod, { platform: 'sample' }),
      'prod: signIn is set, expected none beside a sample platform, which has a sign-in of its own',
    ],
    [
      'R2 without a way to it',
      (_prod, platform) =>
        Object.assign(platform, {
          storage: {
            kind: 'r2',
            bucketName: 'videos',
            originalsPrefixes: ['uploads/'],
            endpoint: 'https://storage.example.com',
            secretName: 'keys',
          },
        }),
      'prod: platform.network.wayOut is by "endpoints", expected "nat", since no endpoint leads to R2',
    ],
    [
      'endpoints that nobody can be let in to',
      (_prod, platform) => Object.assign(platform.network, { wayOut: { by: 'endpoints', existing: ['kms'] } }),
      'prod: platform.network.wayOut.securityGroupId is not set, expected the security group of the endpoints in "existing"',
    ],
    [
      'a proxy without a name',
      (_prod, platform) => Object.assign(platform.database, { proxyName: undefined }),
      'prod: platform.database.proxyName is set for a proxy (resourceId prx-…) and for nothing else',
    ],
  ])('%s', (_what, mistake, message) => {
    expect(messageFor(mistaken(mistake))).toBe(message);
  });

  it('and every other one with it', () => {
    const attributes = mistaken((prod, platform) => {
      Object.assign(prod, { eventBusName: undefined, keepsData: 'yes' });
      Object.assign(platform.database, { port: 0 });
    });
    expect(messageFor(attributes).split('\n').sort()).toEqual([
      'prod: eventBusName is not set, expected a name of letters, digits and _ . / -',
      'prod: keepsData is "yes", expected true or false',
      'prod: platform.database.port is 0, expected a whole number from 1 to 65535',
    ]);
  });
});

it('takes the names that providers use for an audience and a claim, URLs among them', () => {
  const { prod } = ENVIRONMENTS;
  const issuer = { url: 'https://tenant.example.com', audience: ['https://api.example.com/', 'api://0123-4567'] };
  const taken = parseEnvironment('prod', {
    ...prod,
    rules: { userIdClaim: 'https://example.com/user_id' },
    platform: { ...prod.platform, issuer },
  });
  expect(taken.platform).toMatchObject({ issuer });
  expect(taken.rules?.userIdClaim).toBe('https://example.com/user_id');
  const spaced = { ...prod, platform: { ...prod.platform, issuer: { ...issuer, audience: ['a b'] } } };
  expect(() => parseEnvironment('prod', spaced)).toThrow(/audience.*without spaces/);
});
