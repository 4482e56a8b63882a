import type { EnvironmentAttributes } from './environment.ts';

/**
 * The one file to fill in: as many environments as you need, by any names. docs/DEPLOY.md says where to find each
 * value. Account and region are not in it: they come from the credentials of the deployment. Ids that consist of
 * 0123456789abcdef, and names under example.com, are examples.
 */
export const ENVIRONMENTS = {
  /** Complete with a sample platform, for a day or a week. Nothing in it is kept. */
  dev: {
    keepsData: false,
    onCall: { runbookUrl: 'https://example.com/video-deletion/docs/RUNBOOK.md' },
    eventBusName: 'default',
    rules: { settleSeconds: 60, logLevel: 'DEBUG' },
    platform: 'sample',
  },

  /** Next to a platform whose VPC has a NAT, whose videos are in R2, and whose cache requires a password. */
  staging: {
    keepsData: true,
    page: { domainName: 'deletion.staging.example.com', certificateId: '01234567-89ab-cdef-0123-456789abcdef' },
    signIn: { clientId: 'video-deletion-page', origins: ['https://tokens.staging.example.com'] },
    onCall: { runbookUrl: 'https://example.com/video-deletion/docs/RUNBOOK.md' },
    eventBusName: 'default',
    platform: {
      network: {
        vpcId: 'vpc-0123456789abcdef0',
        subnets: [
          { subnetId: 'subnet-0123456789abcdef0', routeTableId: 'rtb-0123456789abcdef0' },
          { subnetId: 'subnet-0123456789abcdef1', routeTableId: 'rtb-0123456789abcdef1' },
        ],
        wayOut: { by: 'nat' },
      },
      database: {
        host: 'platform.proxy-example.rds.example.com',
        port: 5432,
        name: 'platform',
        resourceId: 'prx-0123456789abcdef0',
        proxyName: 'platform',
        migratingUser: 'platform_owner',
        securityGroupId: 'sg-0123456789abcdef0',
      },
      storage: {
        kind: 'r2',
        bucketName: 'example-videos-staging',
        originalsPrefixes: ['uploads/', 'originals/'],
        endpoint: 'https://storage.example.com',
        secretName: 'platform/r2-keys',
      },
      cache: {
        kind: 'secret',
        host: 'platform-cache.example.com',
        port: 6379,
        securityGroupId: 'sg-0123456789abcdef1',
        secretName: 'platform/cache',
      },
      edge: { mode: 'invalidate', distributionId: 'E0EXAMPLE00000' },
      videoOrigin: 'https://videos.staging.example.com',
      profileOrigin: 'https://api.staging.example.com',
      stateMachineName: 'process-video',
      issuer: { url: 'https://login.staging.example.com', audience: ['video-platform'] },
    },
  },

  /** Next to a platform that is entirely on AWS, in a VPC without NAT, with the gate at its edge. */
  prod: {
    keepsData: true,
    page: { domainName: 'deletion.example.com', certificateId: '01234567-89ab-cdef-0123-456789abcdef' },
    signIn: { clientId: 'video-deletion-page', scope: 'openid videos' },
    api: { domainName: 'deletion-api.example.com', certificateId: '01234567-89ab-cdef-0123-456789abcde0' },
    onCall: { email: 'on-call@example.com', runbookUrl: 'https://example.com/video-deletion/docs/RUNBOOK.md' },
    eventBusName: 'platform',
    platform: {
      network: {
        vpcId: 'vpc-0123456789abcdef0',
        subnets: [
          { subnetId: 'subnet-0123456789abcdef0', routeTableId: 'rtb-0123456789abcdef0' },
          { subnetId: 'subnet-0123456789abcdef1', routeTableId: 'rtb-0123456789abcdef1' },
        ],
        wayOut: { by: 'endpoints', existing: ['s3', 'sqs'], securityGroupId: 'sg-0123456789abcdef2' },
      },
      database: {
        host: 'platform.proxy-example.rds.example.com',
        port: 5432,
        name: 'platform',
        resourceId: 'prx-0123456789abcdef0',
        proxyName: 'platform',
        migratingUser: 'platform_owner',
        securityGroupId: 'sg-0123456789abcdef0',
      },
      storage: { kind: 's3', bucketName: 'example-videos', originalsPrefixes: ['uploads/', 'originals/'] },
      cache: {
        kind: 'iam',
        host: 'platform-cache.example.com',
        port: 6379,
        securityGroupId: 'sg-0123456789abcdef1',
        name: 'platform-cache',
        isServerless: true,
        user: 'video-deletion',
      },
      edge: { mode: 'both', distributionId: 'E0EXAMPLE00000', whenUnreadable: 'closed' },
      videoOrigin: 'https://videos.example.com',
      profileOrigin: 'https://api.example.com',
      stateMachineName: 'process-video',
      issuer: { url: 'https://login.example.com', audience: ['video-platform'] },
    },
  },
} satisfies Record<string, EnvironmentAttributes>;
