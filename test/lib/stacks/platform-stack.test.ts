import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { templatesOf } from '../../support/synthesised.ts';

/** The platform that `dev` brings along. */
function sample() {
  const { platform } = templatesOf('dev');
  if (!platform) throw new Error('dev has no platform of its own');
  return platform;
}

const propertiesOf = (type: string) => Object.values(sample().findResources(type)).map(({ Properties }) => Properties);

describe('the sample platform', () => {
  it('has no way to the internet, and a way to each service that functions in it call', () => {
    sample().resourceCountIs('AWS::EC2::NatGateway', 0);
    sample().resourceCountIs('AWS::EC2::InternetGateway', 0);
    const endpoints = JSON.stringify(propertiesOf('AWS::EC2::VPCEndpoint').map(({ ServiceName }) => ServiceName));
    for (const service of ['s3', 'dynamodb', 'sqs', 'states', 'events', 'kms'])
      expect(endpoints).toContain(`.${service}`);
  });

  it('keeps nothing when it goes', () => {
    const kept = Object.entries(sample().toJSON().Resources as Record<string, { DeletionPolicy?: string }>)
      .filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain' || DeletionPolicy === 'Snapshot')
      .map(([id]) => id);
    expect(kept).toEqual([]);
    sample().hasResourceProperties('AWS::RDS::DBCluster', { DeletionProtection: false });
  });

  it('lets nobody in to the database without a token, end to end', () => {
    sample().hasResourceProperties('AWS::RDS::DBProxy', {
      DefaultAuthScheme: 'IAM_AUTH',
      RequireTLS: true,
      Auth: Match.absent(),
    });
    sample().hasResourceProperties('AWS::RDS::DBCluster', { EnableIAMDatabaseAuthentication: true });
    const [proxy] = Object.entries(sample().findResources('AWS::IAM::Policy')).filter(([id]) => /ProxyRole/.test(id));
    const granted = JSON.stringify(proxy);
    for (const user of ['video_deletion', 'video_platform']) expect(granted).toContain(`/${user}"`);
    expect(granted).toContain('DBClusterResourceId');
  });

  it('makes the role before it logs in as it, and the tables before the service comes', () => {
    const triggers = Object.entries(sample().findResources('Custom::Trigger'));
    const named = (part: string) => triggers.find(([id]) => id.startsWith(part));
    const [role] = Object.keys(sample().findResources('Custom::MigratingRole'));
    expect(named('Schema')?.[1].DependsOn).toContain(role);
    expect(named('Content')?.[1].DependsOn).toContain(named('Schema')?.[0]);
  });

  it('lets people sign in with the ids that its database has, and only after somebody has said where the page is', () => {
    const { service, web } = templatesOf('dev');
    sample().hasResourceProperties('AWS::Cognito::UserPool', {
      AliasAttributes: ['email'],
      UsernameAttributes: Match.absent(),
    });
    sample().hasResourceProperties('AWS::Cognito::UserPoolClient', {
      AllowedOAuthFlowsUserPoolClient: false,
      CallbackURLs: Match.absent(),
    });
    sample().resourceCountIs('AWS::Cognito::UserPoolDomain', 1);
    expect(JSON.stringify(sample().toJSON())).not.toMatch(/"(Temporary)?Password":/);
    service.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'Video deletion: request-deletion',
      Environment: { Variables: Match.objectLike({ USER_ID_CLAIM: 'username' }) },
    });
    const [distribution] = Object.values(web.findResources('AWS::CloudFront::Distribution'));
    const paths = distribution?.Properties.DistributionConfig.CacheBehaviors.map(
      (one: { PathPattern: string }) => one.PathPattern,
    );
    expect(paths).toEqual(['/api/v1/users/me*', '/api/*']);
    const [headers] = Object.values(web.findResources('AWS::CloudFront::ResponseHeadersPolicy'));
    expect(JSON.stringify(headers)).toMatch(/cognito-idp.*amazoncognito\.com/);
  });

  it('keeps videos in a bucket with versions and nets, that answers over TLS and to nobody but its own', () => {
    sample().hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LifecycleConfiguration: {
        Rules: Match.arrayWith([
          Match.objectLike({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }),
          Match.objectLike({ ExpiredObjectDeleteMarker: true, NoncurrentVersionExpiration: { NoncurrentDays: 30 } }),
        ]),
      },
    });
    const [policy] = propertiesOf('AWS::S3::BucketPolicy');
    const denied = policy?.PolicyDocument.Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Deny');
    expect(denied[0]?.Condition).toEqual({ Bool: { 'aws:SecureTransport': 'false' } });
  });

  it('answers 404 for what is not there, shows nobody the list, and has the gate in front of everything', () => {
    const [policy] = propertiesOf('AWS::S3::BucketPolicy');
    const cloudFront = policy?.PolicyDocument.Statement.find(({ Principal }: { Principal: { Service?: string } }) =>
      Principal.Service?.startsWith('cloudfront'),
    );
    expect(cloudFront?.Action).toEqual(['s3:GetObject', 's3:ListBucket']);
    const [distribution] = propertiesOf('AWS::CloudFront::Distribution');
    const { DefaultRootObject, DefaultCacheBehavior, CacheBehaviors } = distribution?.DistributionConfig ?? {};
    expect(DefaultRootObject).toBe('index.html');
    expect(DefaultCacheBehavior.FunctionAssociations).toHaveLength(1);
    expect(CacheBehaviors).toBeUndefined();
    sample().hasResourceProperties('AWS::CloudFront::Function', {
      FunctionConfig: { Runtime: 'cloudfront-js-2.0', KeyValueStoreAssociations: [Match.anyValue()] },
    });
  });

  it('has a cache for one user, who has no password and no command that searches or empties it', () => {
    const [user, ...others] = propertiesOf('AWS::ElastiCache::User');
    expect(others).toEqual([]);
    expect(user?.AuthenticationMode).toEqual({ Type: 'iam' });
    expect(user?.UserId).toBe(user?.UserName);
    expect(user?.AccessString).toMatch(/-@all .*-@dangerous/);
  });
});
