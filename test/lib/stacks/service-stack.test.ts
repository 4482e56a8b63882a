import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../../functions/http/routes.ts';
import { SETTINGS } from '../../../functions/settings/settings.ts';
import { ENVIRONMENT_NAMES, environmentNamed } from '../../../lib/environment.ts';
import { synthesise, templatesOf } from '../../support/synthesised.ts';

type Lambda = { DependsOn?: string[]; Properties: Record<string, unknown> & { Environment: { Variables: object } } };

/** Our functions by the name of their entry point, with their logical ids. */
function functionsIn(service: Template): Map<string, Lambda & { id: string }> {
  const found = Object.entries(service.findResources('AWS::Lambda::Function')).flatMap(([id, lambda]) => {
    const [, entry] = /^Video deletion: (.+)$/.exec(String(lambda.Properties.Description)) ?? [];
    return entry === undefined ? [] : [[entry, { id, ...(lambda as Lambda) }] as const];
  });
  return new Map(found);
}

const routeKeys = (service: Template) =>
  Object.values(service.findResources('AWS::ApiGatewayV2::Route')).map(({ Properties }) => Properties);

describe.each(ENVIRONMENT_NAMES)('functions in %s', (environment) => {
  const functions = functionsIn(templatesOf(environment).service);

  it('run on arm64 under Node 24, with traces and a log that ends; source maps where nobody waits for their start', () => {
    expect(functions.size).toBe(10);
    for (const [entry, { Properties }] of functions) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
      });
      const isAnswering = /^(request|read|undo|replay|hold)-/.test(entry);
      const { NODE_OPTIONS } = Properties.Environment.Variables as Record<string, string>;
      if (isAnswering) expect(NODE_OPTIONS, entry).toBeUndefined();
      else expect(NODE_OPTIONS, entry).toContain('--enable-source-maps');
      expect(Properties.LoggingConfig).toHaveProperty('LogGroup');
    }
    templatesOf(environment).service.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
  });

  it('are told nothing but settings', () => {
    const known = Object.values(SETTINGS).flatMap((group) => Object.keys(group));
    for (const { Properties } of functions.values()) {
      const { NODE_OPTIONS: _, ...settings } = Properties.Environment.Variables as Record<string, unknown>;
      // How the SDK is led to an endpoint without private DNS.
      const named = Object.keys(settings).filter((name) => !name.startsWith('AWS_ENDPOINT_URL_'));
      expect(known).toEqual(expect.arrayContaining(named));
    }
  });

  it('stand in the VPC, but for the one that speaks to CloudFront', () => {
    const outside = [...functions].filter(([, { Properties }]) => Properties.VpcConfig === undefined);
    expect(outside.map(([entry]) => entry)).toEqual(['invalidate-edge']);
  });

  it('get new code only after the database was migrated', () => {
    const { service } = templatesOf(environment);
    const [migration = ''] = Object.keys(service.findResources('Custom::Trigger'));
    expect(migration).not.toBe('');
    for (const [entry, { DependsOn = [] }] of functions) {
      if (entry === 'migrate') expect(DependsOn).not.toContain(migration);
      else expect(DependsOn).toContain(migration);
    }
  });

  it('report the messages that failed one by one, a bounded number of them at a time', () => {
    const { service } = templatesOf(environment);
    service.resourceCountIs('AWS::Lambda::EventSourceMapping', 2);
    service.allResourcesProperties('AWS::Lambda::EventSourceMapping', {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    for (const [entry, MaximumConcurrency] of [
      ['cleanup', 5],
      ['invalidate-edge', 2],
    ] as const) {
      service.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
        FunctionName: { Ref: functions.get(entry)?.id },
        ScalingConfig: { MaximumConcurrency },
      });
    }
  });

  it('sweep once a minute', () => {
    templatesOf(environment).service.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 minute)',
      Targets: [{ Arn: { 'Fn::GetAtt': [functions.get('sweep')?.id, 'Arn'] } }],
    });
  });
});

describe.each(ENVIRONMENT_NAMES)('the daily search in %s', (environment) => {
  it('has all the time that Lambda gives', () => {
    const { service } = templatesOf(environment);
    const search = functionsIn(service).get('find-orphans');
    expect(search?.Properties.Timeout).toBe(900);
    service.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 day)',
      Targets: [{ Arn: { 'Fn::GetAtt': [search?.id, 'Arn'] } }],
    });
  });
});

describe('the API', () => {
  it('has every route, and asks for a token wherever the list of routes does', () => {
    const found = routeKeys(templatesOf('dev').service).map(
      ({ RouteKey, AuthorizationType }) => `${RouteKey}: ${AuthorizationType}`,
    );
    const asked = ROUTES.map(({ method, path, authorizer }) => `${method} ${path}: ${authorizer.toUpperCase()}`);
    expect(found.sort()).toEqual(asked.sort());
  });

  it('leaves preflights to the gateway where the page has a name of its own: no route takes OPTIONS', () => {
    const keys = routeKeys(templatesOf('prod').service).map(({ RouteKey }) => String(RouteKey));
    expect(keys.filter((key) => /^(ANY|OPTIONS|\$default)/.test(key))).toEqual([]);
    for (const path of new Set(ROUTES.map((route) => route.path)))
      expect(keys.filter((key) => key.endsWith(` ${path}`))).toHaveLength(6);
  });

  it('lets the page of the environment call it, and no other', () => {
    templatesOf('prod').service.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: { AllowOrigins: ['https://deletion.example.com'] },
    });
    templatesOf('dev').service.hasResourceProperties('AWS::ApiGatewayV2::Api', { CorsConfiguration: Match.absent() });
  });

  it('takes tokens of the issuer only', () => {
    templatesOf('prod').service.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      JwtConfiguration: { Issuer: 'https://login.example.com', Audience: ['video-platform'] },
    });
  });

  it('throttles, and logs as JSON without saying who called', () => {
    const [stage] = Object.values(templatesOf('prod').service.findResources('AWS::ApiGatewayV2::Stage'));
    expect(stage?.Properties.DefaultRouteSettings).toMatchObject({
      ThrottlingRateLimit: 100,
      ThrottlingBurstLimit: 200,
    });
    const apart = Object.keys(stage?.Properties.RouteSettings ?? {}).sort();
    expect(apart).toEqual([
      'DELETE /api/v1/videos/{videoId}/hold',
      'POST /api/v1/deletions/undo',
      'POST /api/v1/videos/{videoId}/deletion/now',
      'POST /api/v1/videos/{videoId}/deletion/replay',
      'POST /api/v1/videos/{videoId}/deletion/undo',
      'PUT /api/v1/videos/{videoId}/hold',
    ]);
    expect(stage?.DependsOn?.length).toBeGreaterThanOrEqual(apart.length);
    const format = JSON.parse(stage?.Properties.AccessLogSettings.Format);
    expect(format).toMatchObject({ requestId: '$context.requestId', routeKey: '$context.routeKey' });
    expect(JSON.stringify(format)).not.toMatch(/identity|claims|principalId|userAgent|\$context\.path/);
  });

  it('has a name of its own where the environment gives it one', () => {
    const { service } = templatesOf('prod');
    service.hasResourceProperties('AWS::ApiGatewayV2::DomainName', { DomainName: 'deletion-api.example.com' });
    templatesOf('dev').service.resourceCountIs('AWS::ApiGatewayV2::DomainName', 0);
  });
});

describe('the network of an imported platform', () => {
  it('gets the endpoints that it lacks, and functions are let in to those it has', () => {
    const { service } = templatesOf('prod');
    const services = Object.values(service.findResources('AWS::EC2::VPCEndpoint')).map(({ Properties }) =>
      JSON.stringify(Properties.ServiceName).replace(/^.*\.([a-z]+)\W*$/, '$1'),
    );
    expect(services.sort()).toEqual(['dynamodb', 'events', 'kms', 'states']);
    for (const GroupId of ['sg-0123456789abcdef0', 'sg-0123456789abcdef1', 'sg-0123456789abcdef2'])
      service.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { GroupId });
  });

  it('gets none where it has a NAT', () => {
    templatesOf('staging').service.resourceCountIs('AWS::EC2::VPCEndpoint', 0);
  });
});

describe('a database without a proxy', () => {
  it('is known by the certificates of Amazon', () => {
    const prod = environmentNamed('prod');
    if (prod.platform === 'sample') throw new Error('prod brings a platform of its own');
    const { proxyName: _, ...database } = { ...prod.platform.database, resourceId: 'cluster-EXAMPLE' };
    const { service } = synthesise({ ...prod, platform: { ...prod.platform, database } });
    const variables = functionsIn(service).get('cleanup')?.Properties.Environment.Variables;
    expect(variables).toHaveProperty('NODE_EXTRA_CA_CERTS', '/var/runtime/ca-cert.pem');
  });
});

describe('the cache', () => {
  const modesIn = (service: Template) => {
    const variables = [...functionsIn(service).values()].map(({ Properties }) => Properties.Environment.Variables);
    return variables.flatMap((settings) => ('CACHE_MODE' in settings ? [settings.CACHE_MODE] : []));
  };

  it.each([
    ['dev', 'cluster'],
    ['staging', 'server'],
    ['prod', 'cluster'],
  ] as const)('in %s is a %s to each function that speaks to it: a serverless cache is a cluster', (name, mode) => {
    expect(modesIn(templatesOf(name).service)).toEqual([mode, mode, mode]);
  });

  it.each([
    [{}, 'server'],
    [{ mode: 'cluster' }, 'cluster'],
  ] as const)('of nodes is one server unless the environment says otherwise: %j', (told, mode) => {
    const prod = environmentNamed('prod');
    if (prod.platform === 'sample' || prod.platform.cache?.kind !== 'iam') throw new Error('prod has another cache');
    const cache = { ...prod.platform.cache, isServerless: false, ...told };
    const { service } = synthesise({ ...prod, platform: { ...prod.platform, cache } });
    expect(modesIn(service)).toEqual([mode, mode, mode]);
  });
});

describe('the edge', () => {
  it('gets a gate where the environment wants one', () => {
    templatesOf('prod').state.hasResource('AWS::CloudFront::KeyValueStore', { DeletionPolicy: 'Retain' });
    templatesOf('prod').state.hasResource('AWS::CloudFront::Function', { DeletionPolicy: 'Retain' });
    templatesOf('prod').service.resourceCountIs('AWS::CloudFront::KeyValueStore', 0);
    templatesOf('staging').state.resourceCountIs('AWS::CloudFront::KeyValueStore', 0);
  });

  it('may be absent: then nobody speaks of it', () => {
    const prod = environmentNamed('prod');
    if (prod.platform === 'sample') throw new Error('prod brings a platform of its own');
    const { edge: _, ...platform } = prod.platform;
    const { service } = synthesise({ ...prod, platform });
    service.resourceCountIs('AWS::Lambda::EventSourceMapping', 1);
    for (const { Properties } of functionsIn(service).values())
      expect(Properties.Environment.Variables).not.toHaveProperty('DISTRIBUTION_ID');
  });
});

it('the rules of an environment reach the functions that follow them', () => {
  const rules = { undoSeconds: 30, settleSeconds: 60, retentionDays: 200, keysPerSecond: 1_000 };
  const functions = functionsIn(synthesise({ ...environmentNamed('prod'), rules }).service);
  const settingsOf = (entry: string) => functions.get(entry)?.Properties.Environment.Variables;
  const followed = { UNDO_SECONDS: '30', SETTLE_SECONDS: '60', RETENTION_DAYS: '200' };
  expect(settingsOf('cleanup')).toMatchObject({ ...followed, STORAGE_KEYS_PER_SECOND: '1000' });
  expect(settingsOf('request-deletion')).toMatchObject(followed);
  expect(settingsOf('request-deletion')).not.toHaveProperty('STORAGE_KEYS_PER_SECOND');
});

it('a changed receipt key is another key, and the one before stays published', () => {
  const retired = [{ kty: 'RSA' as const, n: 'sXch', e: 'AQAB', kid: 'old', use: 'sig' }];
  const changed = synthesise({ ...environmentNamed('prod'), receiptKey: { generation: 2, retired } });
  const [key] = Object.keys(changed.state.findResources('AWS::KMS::Key'));
  expect(key).toMatch(/^ReceiptKey2/);
  const settingsOf = (entry: string) => functionsIn(changed.service).get(entry)?.Properties.Environment.Variables;
  expect(settingsOf('read-deletions')).toMatchObject({
    RECEIPT_RETIRED_KEYS: '{"keys":[{"kty":"RSA","n":"sXch","e":"AQAB"}]}',
  });
  expect(settingsOf('cleanup')).not.toHaveProperty('RECEIPT_RETIRED_KEYS');
});
