import { Duration } from 'aws-cdk-lib';
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ICommandHooks } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Trigger } from 'aws-cdk-lib/triggers';
import { Construct } from 'constructs';
import { acknowledgeResource, logicalIdOf } from '../functions/acknowledge-resource.ts';
import type { SampleDatabase } from './sample-database.ts';
import { SampleFunction } from './sample-function.ts';
import type { SampleNetwork } from './sample-network.ts';
import type { SampleSchema } from './sample-schema.ts';

export type SampleContentProps = {
  network: SampleNetwork;
  database: SampleDatabase;
  schema: SampleSchema;
  bucket: IBucket;
  /** The origin that videos are played from, without a trailing slash. */
  videoOrigin: string;
};

const TIMEOUT = Duration.minutes(5);

/** Fills the sample platform at its first deployment: accounts, videos that play, and the rows of viewers. */
export class SampleContent extends Construct {
  constructor(scope: Construct, id: string, { network, database, schema, bucket, videoOrigin }: SampleContentProps) {
    super(scope, id);
    const { vpc, subnets } = network;
    const access = new SecurityGroup(this, 'Access', { vpc, description: 'Sample content', allowAllOutbound: false });
    access.connections.allowTo(database.access, Port.tcp(database.port), 'Sample content: database');
    // The gateway endpoint of S3 has no group to name, and the VPC has no way to the internet.
    access.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'Sample content: S3');
    const seed = new SampleFunction(this, 'Seed', {
      entry: 'seed/seed-function',
      timeout: TIMEOUT,
      environment: { VIDEO_BUCKET: bucket.bucketName, VIDEO_ORIGIN: videoOrigin },
      placement: { vpc, vpcSubnets: { subnets }, securityGroups: [access] },
      commandHooks: withMedia,
    });
    database.grantOwner(seed);
    allowToUpload(seed, bucket);
    new Trigger(this, 'Run', { handler: seed, timeout: TIMEOUT, executeAfter: [schema, access] });
  }
}

function allowToUpload(seed: SampleFunction, bucket: IBucket): void {
  for (const prefix of ['uploads/', 'videos/']) {
    const objects = `${prefix}*`;
    seed.addToRolePolicy(
      new PolicyStatement({ actions: ['s3:PutObject'], resources: [bucket.arnForObjects(objects)] }),
    );
    acknowledgeResource(seed.role, `<${logicalIdOf(bucket)}.Arn>/${objects}`, 'The keys of a video begin like this');
  }
}

/** The function reads the sample clip and its pictures from a folder beside its code. */
const withMedia: ICommandHooks = {
  beforeBundling: () => [],
  beforeInstall: () => [],
  afterBundling: (root, output) => [`cp -r ${root}/platform/media ${output}/media`],
};
