import { type Environment, type PlatformAttributes, parseEnvironment } from '../../lib/environment.ts';
import { ENVIRONMENTS } from '../../lib/environments.ts';

const staging = structuredClone(ENVIRONMENTS.staging) as typeof ENVIRONMENTS.staging & { platform: PlatformAttributes };
const prod = structuredClone(ENVIRONMENTS.prod) as typeof ENVIRONMENTS.prod & { platform: PlatformAttributes };

/** Environments that nobody has written down, of platforms unlike those in lib/environments.ts. */
export const INVENTED: Record<string, Environment> = {
  /** Videos in R2, a NAT, a cache with a password under a key of the platform's own, its own site calls the API. */
  'qa-eu': parseEnvironment('qa-eu', {
    ...staging,
    allowedOrigins: ['https://studio.example.com'],
    bootstrapKeyArn: 'arn:aws:kms:eu-west-1:000000000000:key/01234567-89ab-cdef-0123-456789abcdef',
    platform: {
      ...staging.platform,
      cache: {
        ...staging.platform.cache,
        secretKeyArn: 'arn:aws:kms:eu-west-1:000000000000:key/01234567-89ab-cdef-0123-456789abcde1',
      },
    },
  }),
  /** A proxy with secrets, a VPC of another account, no cache, the gate alone. */
  shared: parseEnvironment('shared', {
    ...prod,
    platform: {
      ...prod.platform,
      network: {
        ...prod.platform.network,
        isShared: true,
        manageRules: false,
        wayOut: { by: 'endpoints', existing: ['s3', 'dynamodb', 'sqs', 'events', 'kms', 'states'] },
      },
      database: { ...prod.platform.database, logIn: 'password', platformUser: 'platform_app' },
      cache: undefined,
      edge: { mode: 'gate', distributionId: 'E0EXAMPLE00000', whenUnreadable: 'closed', longestTtlSeconds: 31_536_000 },
    },
  }),
};
