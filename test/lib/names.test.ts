import { afterEach, describe, expect, it, vi } from 'vitest';
import { ENVIRONMENT_NAMES, environmentNamed, parseEnvironment } from '../../lib/environment.ts';
import { ENVIRONMENTS } from '../../lib/environments.ts';
import { INVENTED } from '../support/invented-environments.ts';
import { synthesise, type Templates } from '../support/synthesised.ts';

const REGION = /\b(us|eu|ap|ca|sa|me|af|il)-[a-z]+-\d\b/g;

afterEach(() => vi.unstubAllEnvs());

/** Every place where a template names a region: only where CloudFront allows no other, or where an environment did. */
function regionsIn(templates: Templates): string[] {
  const text = JSON.stringify(Object.values(templates).map((template) => template.toJSON()));
  return (text.match(REGION) ?? []).map(String);
}

describe.each(ENVIRONMENT_NAMES)('the templates of %s', (name) => {
  it('name no region when none is given, but the one that CloudFront takes certificates from', () => {
    vi.stubEnv('CDK_DEFAULT_REGION', 'eu-north-1');
    const templates = synthesise(environmentNamed(name));
    expect(new Set(regionsIn(templates))).toEqual(new Set(name === 'dev' ? [] : ['us-east-1']));
  });

  it('take nothing apart that comes from another stack', () => {
    const within = Object.values(synthesise(environmentNamed(name))).flatMap((one) => functionsAround(one.toJSON()));
    expect(within.filter((around) => /Split|Select|GetStackOutput/.test(around))).toEqual([]);
    expect(within).not.toEqual([]);
  });

  it('give nothing a name that a second region would want, too', () => {
    const named = Object.values(synthesise(environmentNamed(name))).flatMap((template) =>
      Object.values(template.toJSON().Resources as Record<string, { Type: string; Properties?: object }>).flatMap(
        ({ Type, Properties = {} }) => (GLOBAL.test(Type) ? namesIn(Properties).map((one) => `${Type} ${one}`) : []),
      ),
    );
    expect(named).toEqual([]);
  });
});

/** Of these, an account has one of a name, whatever the region. */
const GLOBAL = /^AWS::(IAM::(Role|ManagedPolicy|User)|S3::Bucket|CloudFront::.*)$/;

/** Names that are the same wherever the template is deployed. */
function namesIn(properties: unknown): string[] {
  if (typeof properties !== 'object' || properties === null) return [];
  return Object.entries(properties).flatMap(([key, value]) =>
    /^(Name|RoleName|BucketName)$/.test(key) && typeof value === 'string'
      ? [value]
      : key.endsWith('Config')
        ? namesIn(value)
        : [],
  );
}

/** The functions of CloudFormation around each output of another stack, from the outside in. */
function functionsAround(part: unknown, around: readonly string[] = []): string[] {
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) => [
    ...(key === 'Fn::GetStackOutput' ? [around.join(' ')] : []),
    ...functionsAround(value, key.startsWith('Fn::') ? [...around, key] : around),
  ]);
}

it('environments may be as many as one likes, by any name that CloudFormation takes', () => {
  expect(Object.values(INVENTED).map(({ name }) => name)).toEqual(['qa-eu', 'shared']);
  for (const name of ['', 'qa_eu', '-qa', 'qa--eu', 'q'.repeat(41), 'qa eu'])
    expect(() => parseEnvironment(name, ENVIRONMENTS.dev), name).toThrow(
      /is no name of an environment, expected a letter/,
    );
});

it('domain names are told where to point, and who may call the API', () => {
  const { service, web } = synthesise(environmentNamed('prod'));
  const outputs = Object.keys({ ...service.findOutputs('*'), ...web.findOutputs('*') }).join(' ');
  expect(outputs).toMatch(/ApiDnsTarget.*DnsTarget/);
  const qa = synthesise(INVENTED['qa-eu'] as NonNullable<(typeof INVENTED)[string]>);
  qa.service.hasResourceProperties('AWS::ApiGatewayV2::Api', {
    CorsConfiguration: { AllowOrigins: ['https://deletion.staging.example.com', 'https://studio.example.com'] },
  });
});

it('the search for orphans is not started again beside one that still runs', () => {
  synthesise(environmentNamed('prod')).service.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
    MaximumRetryAttempts: 0,
  });
});

it('keys of the platform decrypt what is under them, and nothing else', () => {
  const qa = synthesise(INVENTED['qa-eu'] as NonNullable<(typeof INVENTED)[string]>);
  for (const [template, key] of [
    [qa.service, '01234567-89ab-cdef-0123-456789abcde1'],
    [qa.web, '01234567-89ab-cdef-0123-456789abcdef'],
  ] as const)
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).toMatch(
      new RegExp(`"kms:Decrypt"[^]*key/${key}`),
    );
});
