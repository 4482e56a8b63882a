import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { type AddRoutesOptions, HttpApi, HttpMethod, HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { VideoCache } from '../platform/video-cache.ts';
import type { SampleCache } from './sample-cache.ts';
import type { SampleDatabase } from './sample-database.ts';
import { SampleFunction } from './sample-function.ts';
import type { SampleIssuer } from './sample-issuer.ts';
import type { SampleNetwork } from './sample-network.ts';

export type SampleReadsProps = {
  network: SampleNetwork;
  database: SampleDatabase;
  cache: SampleCache;
  tombstones: ITable;
  issuer: SampleIssuer;
};

/** The routes of `platform/reads/routes.ts`. */
const FOR_THE_CALLER = ['/api/v1/users/me', '/api/v1/users/me/videos'];
const FOR_EVERYBODY = ['/api/v1/feed', '/api/v1/videos/{videoId}'];

/** The sample platform's API: the profile that our page shows, the feed, and one video. */
export class SampleReads extends Construct {
  /** The host name of the API. */
  readonly host: string;

  constructor(scope: Construct, id: string, props: SampleReadsProps) {
    super(scope, id);
    const { issuer } = props;
    const reads = this.createFunction(props);
    const api = new HttpApi(this, 'Api', {
      description: 'Sample platform: reads',
      defaultAuthorizer: new HttpJwtAuthorizer('Issuer', issuer.url, { jwtAudience: [...issuer.audience] }),
    });
    // One permission for all routes: one for each would exceed the 20 KB limit of a function's policy.
    const integration = new HttpLambdaIntegration('Reads', reads, { scopePermissionToRoute: false });
    const add = (path: string, options: Pick<AddRoutesOptions, 'authorizer'> = {}) =>
      api.addRoutes({ path, methods: [HttpMethod.GET], integration, ...options });
    for (const path of FOR_THE_CALLER) add(path);
    for (const open of FOR_EVERYBODY.flatMap((path) => add(path, { authorizer: new HttpNoneAuthorizer() })))
      Validations.of(open).acknowledge({ id: 'AwsSolutions-APIG4', reason: 'Anybody may watch a video' });
    Validations.of(api).acknowledge({
      id: 'AwsSolutions-APIG1',
      reason: 'A sample platform that lives for days; nobody reads its access logs',
    });
    const { region, urlSuffix } = Stack.of(this);
    this.host = `${api.apiId}.execute-api.${region}.${urlSuffix}`;
  }

  private createFunction({ network, database, cache, tombstones, issuer }: SampleReadsProps): SampleFunction {
    const { vpc, subnets } = network;
    const access = new SecurityGroup(this, 'Access', { vpc, description: 'Sample reads', allowAllOutbound: false });
    access.connections.allowTo(database.access, Port.tcp(database.port), 'Sample reads: database');
    access.connections.allowTo(cache.access, Port.tcp(cache.port), 'Sample reads: cache');
    // The gateway endpoint of DynamoDB has no group to name, and the VPC has no way to the internet.
    access.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'Sample reads: DynamoDB');
    const reads = new SampleFunction(this, 'Reads', {
      entry: 'reads/reads-function',
      timeout: Duration.seconds(20),
      placement: { vpc, vpcSubnets: { subnets }, securityGroups: [access] },
    });
    database.grantOwner(reads);
    new VideoCache(this, 'Cache', cache).grantConnect(reads);
    reads.addToRolePolicy(new PolicyStatement({ actions: ['dynamodb:GetItem'], resources: [tombstones.tableArn] }));
    return reads.set({ DELETIONS_TABLE: tombstones.tableName, USER_ID_CLAIM: issuer.userIdClaim });
  }
}
