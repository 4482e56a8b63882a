import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { PlatformCache } from '../../platform.ts';
import type { Grantee } from '../functions/grantee.ts';

/** The platform's cache. Functions connect over TLS, and log in with IAM or with a password from a secret. */
export class VideoCache extends Construct {
  private readonly cache: PlatformCache;

  constructor(scope: Construct, id: string, cache: PlatformCache) {
    super(scope, id);
    this.cache = cache;
  }

  /** Allows connecting. The commands that a function may use depend on its user in the cache. */
  grantConnect(to: Grantee): void {
    const { cache } = this;
    to.set({ CACHE_URL: `rediss://${cache.host}:${cache.port}`, CACHE_MODE: cache.mode });
    if (cache.kind === 'secret') {
      cache.secret.grantRead(to);
      cache.secret.encryptionKey?.grantDecrypt(to);
      to.set({ CACHE_SECRET_ARN: cache.secret.secretArn });
      return;
    }
    const resources = [
      this.arnOf(cache.isServerless ? 'serverlesscache' : 'replicationgroup', cache.name),
      this.arnOf('user', cache.user),
    ];
    to.addToRolePolicy(new PolicyStatement({ actions: ['elasticache:Connect'], resources }));
    to.set({ CACHE_USER: cache.user, CACHE_NAME: cache.name });
  }

  private arnOf(resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({
      service: 'elasticache',
      resource,
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}
