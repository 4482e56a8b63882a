import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy } from '../../../lib/constructs/page/page-headers.ts';
import { WebStack, type WebStackProps } from '../../../lib/stacks/web-stack.ts';
import { serveFolder } from '../../../local/gateway/statics.ts';
import { appForTests } from '../../support/synthesised.ts';

const FOLDER = 'web/public';

type LedByPath = {
  CacheBehaviors?: { PathPattern: string; TargetOriginId: string; AllowedMethods: string[] }[];
  Origins?: { Id: string; DomainName: string }[];
};

const template = (props: Partial<WebStackProps> = {}) =>
  Template.fromStack(
    new WebStack(appForTests(), 'Web', {
      apiHost: 'api.example.com',
      folder: FOLDER,
      configuration: { undoSeconds: 10 },
      ...props,
    }),
  );

/** What the page is served with on one machine. */
async function localHeaders(): Promise<Headers> {
  const mount = serveFolder(FOLDER);
  const server = createServer((request, response) => void mount(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/icon.svg`);
    return answer.headers;
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

describe('the page', () => {
  it('is in a bucket that nobody but its distribution can read', () => {
    const web = template();
    web.hasResourceProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      AccessControl: Match.absent(),
      WebsiteConfiguration: Match.absent(),
    });
    const [policy] = Object.values(web.findResources('AWS::S3::BucketPolicy'));
    const statements = policy?.Properties.PolicyDocument.Statement as {
      Effect: string;
      Action: unknown;
      Principal: unknown;
      Condition: { StringEquals?: Record<string, unknown> };
    }[];
    const readers = statements.filter(({ Effect, Action }) => Effect === 'Allow' && Action === 's3:GetObject');
    expect(readers).toHaveLength(1);
    expect(readers[0]?.Principal).toEqual({ Service: 'cloudfront.amazonaws.com' });
    expect(Object.keys(readers[0]?.Condition.StringEquals ?? {})).toEqual(['AWS:SourceArn']);
  });

  it('has the headers that it has on one machine', async () => {
    const local = await localHeaders();
    expect(contentSecurityPolicy({})).toBe(local.get('content-security-policy'));
    const custom = ['cross-origin-opener-policy', 'cross-origin-resource-policy'].map((header) => ({
      Header: header,
      Value: local.get(header),
      Override: true,
    }));
    template().hasResourceProperties('AWS::CloudFront::ResponseHeadersPolicy', {
      ResponseHeadersPolicyConfig: {
        SecurityHeadersConfig: {
          ContentTypeOptions: { Override: true },
          ReferrerPolicy: { ReferrerPolicy: local.get('referrer-policy') },
          StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000 },
        },
        CustomHeadersConfig: { Items: custom },
      },
    });
  });

  it('may call the API and play videos from where they are, and load nothing else', () => {
    const policy = contentSecurityPolicy({ api: 'https://api.example.com', videos: 'https://videos.example.com' });
    expect(policy).toContain("connect-src 'self' https://api.example.com https://videos.example.com;");
    expect(policy).toContain("media-src 'self' blob: https://videos.example.com;");
    expect(policy).toContain("default-src 'self';");
    template({ videoOrigin: 'https://videos.example.com' }).hasResourceProperties(
      'AWS::CloudFront::ResponseHeadersPolicy',
      {
        ResponseHeadersPolicyConfig: {
          SecurityHeadersConfig: { ContentSecurityPolicy: { ContentSecurityPolicy: policy, Override: true } },
        },
      },
    );
  });

  it('finds the API under its own origin, where nothing of it is cached', () => {
    // AWS's managed policy that caches nothing:
    // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
    const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
    template().hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        CacheBehaviors: [Match.objectLike({ PathPattern: '/api/*', CachePolicyId: CACHING_DISABLED })],
        Origins: Match.arrayWith([Match.objectLike({ DomainName: 'api.example.com' })]),
      },
    });
  });

  it('finds what the profile shows at the platform, which it only reads', () => {
    const web = template({ profile: { host: 'platform.example.com' } });
    const [distribution] = Object.values(web.findResources('AWS::CloudFront::Distribution'));
    const { CacheBehaviors: behaviors = [], Origins: origins = [] } = (distribution?.Properties.DistributionConfig ??
      {}) as LedByPath;
    const led = behaviors.map(({ PathPattern, TargetOriginId, AllowedMethods }) => ({
      path: PathPattern,
      to: origins.find(({ Id }) => Id === TargetOriginId)?.DomainName,
      deletes: AllowedMethods.includes('DELETE'),
    }));
    expect(led).toEqual([
      { path: '/api/v1/users/me*', to: 'platform.example.com', deletes: false },
      { path: '/api/*', to: 'api.example.com', deletes: true },
    ]);
  });

  it('is put there in an order in which no visitor is sent to a file that is not there', () => {
    const deployments = template().findResources('Custom::CDKBucketDeployment');
    const byCaching = (text: string) =>
      Object.entries(deployments).find(([, { Properties }]) =>
        Properties.SystemMetadata['cache-control'].includes(text),
      );
    const [hashed] = byCaching('immutable') ?? [];
    const [, page] = byCaching('no-cache') ?? [];
    expect(page?.DependsOn).toContain(hashed);
    expect(page?.Properties.Exclude).toEqual(['assets/*']);
  });

  it('has a name of its own where the environment gives it one', () => {
    const domain = { domainName: 'page.example.com', certificateId: '01234567-89ab-cdef-0123-456789abcdef' };
    template({ domain }).hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        Aliases: ['page.example.com'],
        ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021' },
      },
    });
  });
});
