import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ENVIRONMENT_NAMES, type EnvironmentName, environmentNamed } from '../../lib/environment.ts';
import { appForTests, deploymentForTests } from '../support/synthesised.ts';

/** What each environment's page is told, and whom it may call for it. */
type Told = { configuration: object; origins: string; markers?: object };
const TOLD: Record<EnvironmentName, Told> = {
  dev: {
    configuration: {
      undoSeconds: 10,
      signIn: { issuer: '<<marker:0xbaba:0>>', clientId: '<<marker:0xbaba:1>>' },
    },
    origins: '',
    // Filled in at deployment, from what the sample platform's user pool is called by then.
    markers: {
      '<<marker:0xbaba:0>>': expect.objectContaining({ 'Fn::GetStackOutput': expect.anything() }),
      '<<marker:0xbaba:1>>': expect.objectContaining({ 'Fn::GetStackOutput': expect.anything() }),
    },
  },
  staging: {
    configuration: {
      undoSeconds: 10,
      signIn: { issuer: 'https://login.staging.example.com', clientId: 'video-deletion-page' },
    },
    origins: 'https://login.staging.example.com https://tokens.staging.example.com',
  },
  prod: {
    configuration: {
      undoSeconds: 30,
      signIn: { issuer: 'https://login.example.com', clientId: 'video-deletion-page', scope: 'openid videos' },
    },
    origins: 'https://login.example.com',
  },
};

/** The page's stack of an environment, prod with an undo window of its own, and its assets in a folder. */
function deployed(name: EnvironmentName) {
  const app = appForTests();
  const environment = environmentNamed(name);
  const { web } = deploymentForTests(
    app,
    name === 'prod' ? { ...environment, rules: { undoSeconds: 30 } } : environment,
  );
  return { template: Template.fromStack(web), folder: app.outdir };
}

describe.each(ENVIRONMENT_NAMES)('the page in %s', (name) => {
  const { configuration, origins, markers = {} } = TOLD[name] as Told;
  const { template: web, folder } = deployed(name);

  it('is told in a file beside it what the environment decides, which nobody keeps', () => {
    const deployments = Object.values(web.findResources('Custom::CDKBucketDeployment'));
    const page = deployments.find(({ Properties }) => Properties.SourceObjectKeys.length === 2);
    expect(page?.Properties.SystemMetadata['cache-control']).toBe('no-cache');
    const [asset] = String(page?.Properties.SourceObjectKeys[1]).split('.');
    expect(JSON.parse(readFileSync(join(folder, `asset.${asset}`, 'config.json'), 'utf8'))).toEqual(configuration);
    expect(page?.Properties.SourceMarkers?.[1] ?? {}).toEqual(markers);
  });

  it('is copied by a role that may read these two sources, and no others', () => {
    const [page] = Object.values(web.findResources('Custom::CDKBucketDeployment')).filter(
      ({ Properties }) => Properties.SourceObjectKeys.length === 2,
    );
    const policies = JSON.stringify(web.findResources('AWS::IAM::Policy'));
    for (const key of page?.Properties.SourceObjectKeys ?? []) expect(policies).toContain(`/${key}`);
    expect(policies).not.toContain('s3:GetObject*');
  });

  it('may call who signs its users in', () => {
    const [policy] = Object.values(web.findResources('AWS::CloudFront::ResponseHeadersPolicy'));
    const config = policy?.Properties.ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy;
    const text = JSON.stringify(config.ContentSecurityPolicy);
    const [, connect = ''] = /connect-src (.*?);/.exec(text) ?? [];
    expect(connect.split(' ').filter((one) => /login|tokens/.test(one))).toEqual(origins.split(' ').filter(Boolean));
  });
});
