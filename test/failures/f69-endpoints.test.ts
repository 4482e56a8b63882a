import type { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { contradictionsOf } from '../../lib/contradictions.ts';
import { environmentNamed, type PlatformAttributes, parseEnvironment } from '../../lib/environment.ts';
import { ENVIRONMENTS } from '../../lib/environments.ts';
import { INVENTED } from '../support/invented-environments.ts';
import { synthesise } from '../support/synthesised.ts';

type Properties = Record<string, unknown>;
type Network = PlatformAttributes['network'];

const KEY_ELSEWHERE = 'arn:aws:kms:eu-west-3:000000000000:key/1';
const platform = environmentNamed('prod').platform as PlatformAttributes;
const withNetwork = (network: Partial<Network>) =>
  parseEnvironment('prod', {
    ...ENVIRONMENTS.prod,
    platform: { ...platform, network: { ...platform.network, ...network } },
  });

const found = (template: Template, type: string): (Properties & { id: string })[] =>
  Object.entries(template.findResources(type)).map(([id, { Properties }]) => ({ ...(Properties as Properties), id }));
const interfaces = (service: Template) =>
  found(service, 'AWS::EC2::VPCEndpoint').filter(({ VpcEndpointType }) => VpcEndpointType === 'Interface');
const variablesOf = (service: Template) =>
  found(service, 'AWS::Lambda::Function')
    .filter(({ VpcConfig }) => VpcConfig !== undefined)
    .filter(({ Description }) => String(Description).startsWith('Video deletion:'))
    .map(({ Environment }) => Object.keys((Environment as { Variables: object }).Variables));

const ADDRESSES = ['AWS_ENDPOINT_URL_EVENTBRIDGE', 'AWS_ENDPOINT_URL_KMS', 'AWS_ENDPOINT_URL_SFN'];

test('F69 endpoints that we make take no private DNS, and only our functions are told of them', () => {
  const { service } = synthesise(
    withNetwork({ wayOut: { by: 'endpoints', existing: ['s3', 'sqs'], securityGroupId: 'sg-0123456789abcdef2' } }),
  );
  expect(interfaces(service)).toHaveLength(3);
  for (const endpoint of interfaces(service)) expect(endpoint).toMatchObject({ PrivateDnsEnabled: false });
  const told = variablesOf(service);
  expect(told.length).toBeGreaterThan(7);
  for (const names of told)
    expect(names.filter((name) => name.startsWith('AWS_ENDPOINT_URL_')).sort()).toEqual(ADDRESSES);
});

test('F69 endpoints that serve the VPC let all of it in', () => {
  const letIn = ['10.0.0.0/16', '10.1.0.0/16'];
  const { service } = synthesise(withNetwork({ wayOut: { by: 'endpoints', existing: [], letIn } }));
  const groups = new Set<string>();
  for (const endpoint of interfaces(service)) {
    expect(endpoint).toMatchObject({ PrivateDnsEnabled: true });
    const [group] = (endpoint as unknown as { SecurityGroupIds: { 'Fn::GetAtt': [string] }[] }).SecurityGroupIds;
    groups.add(group?.['Fn::GetAtt'][0] ?? '');
  }
  const access = found(service, 'AWS::EC2::SecurityGroup').filter(({ id }) => groups.has(id));
  expect(access).toHaveLength(1);
  for (const CidrIp of letIn)
    expect((access[0] as Properties).SecurityGroupIngress).toContainEqual(
      expect.objectContaining({ CidrIp, FromPort: 443, ToPort: 443 }),
    );
  for (const names of variablesOf(service))
    expect(names.filter((name) => name.startsWith('AWS_ENDPOINT_URL_'))).toEqual([]);
});

test('F69 the platform may keep its security groups to itself', () => {
  const { service, state } = synthesise(withNetwork({ manageRules: false }));
  const touched = found(service, 'AWS::EC2::SecurityGroupIngress').map(({ GroupId }) => JSON.stringify(GroupId));
  expect(touched.filter((group) => group.includes('"sg-'))).toEqual([]);
  // State is deployed before anything that has to be let in.
  expect(Object.keys(state.findOutputs('FunctionsSecurityGroup'))).toHaveLength(1);
  expect(found(service, 'AWS::EC2::SecurityGroupEgress').length).toBeGreaterThan(2);
  expect(JSON.stringify(state.toJSON())).not.toContain('VideoDeletion-prod-Service');
});

test('F69 migrations wait for the rules that let them in', () => {
  const { service } = synthesise(withNetwork({}));
  const [trigger] = Object.values(service.findResources('Custom::Trigger'));
  const rules = found(service, 'AWS::EC2::SecurityGroupIngress').filter(({ GroupId }) =>
    String(GroupId).startsWith('sg-'),
  );
  expect(rules.length).toBeGreaterThan(0);
  for (const { id } of rules) expect(trigger?.DependsOn).toContain(id);
});

const shared = INVENTED.shared?.platform as PlatformAttributes;
const where = { account: '000000000000', region: 'eu-west-1' };

test.each<[string, PlatformAttributes, RegExp]>([
  [
    'endpoints in a shared VPC',
    { ...shared, network: { ...shared.network, wayOut: { by: 'endpoints', existing: ['s3'] } } },
    /lacks dynamodb, sqs, events, kms, states, expected all of them in a shared VPC/,
  ],
  [
    'rules in a shared VPC',
    { ...shared, network: { ...shared.network, manageRules: true } },
    /manageRules is not false, expected false in a shared VPC/,
  ],
  [
    'a database in another account',
    { ...shared, database: { ...shared.database, accountId: '111111111111' } },
    /accountId is "111111111111", expected "000000000000".* RDS takes IAM tokens only from roles of its own account/,
  ],
  [
    'a bucket in another region',
    { ...shared, storage: { ...shared.storage, region: 'eu-central-1' } as never },
    /region is "eu-central-1", expected "eu-west-1".*: deploy it where the bucket is/,
  ],
  [
    'passwords without a proxy',
    { ...shared, database: { ...shared.database, resourceId: 'cluster-ABCDEFGHIJKL', proxyName: undefined } },
    /logIn is "password", expected "token" without a proxy/,
  ],
  [
    'a migrating role that is the one it makes',
    { ...platform, database: { ...platform.database, migratingUser: 'video_deletion' } },
    /migratingUser is "video_deletion", expected a role of the platform/,
  ],
  [
    'a key of another region than the secret',
    { ...platform, cache: { ...platform.cache, secretName: 'cache', secretKeyArn: KEY_ELSEWHERE } as never },
    /cache\.secretKeyArn is of eu-west-3, expected a key of/,
  ],
])('F69 refused with what to do: %s', (_, platform, line) => {
  expect(contradictionsOf(platform, where)).toContainEqual(expect.stringMatching(line));
});

test('F69 two subnets of one zone are refused where endpoints are made', () => {
  const subnets = platform.network.subnets.map((subnet) => ({ ...subnet, zoneId: 'euc1-az1' }));
  expect(() => withNetwork({ subnets })).toThrow(/has two of one zone, expected one subnet for each zone/);
});

test('F69 what fits is not refused', () => {
  expect(contradictionsOf(shared, where)).toEqual([]);
});

test('F69 a subnet where Lambda places no function is refused', () => {
  const [subnet] = platform.network.subnets;
  expect(() => withNetwork({ subnets: [{ ...subnet, zoneId: 'use1-az3' }] as never })).toThrow(
    /subnets\.0\.zoneId is "use1-az3", expected .*leave that subnet out/,
  );
});
