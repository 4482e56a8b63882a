import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { type IRole, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { BucketDeployment, CacheControl, Source, type SourceConfig } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import type { PageConfiguration } from '../../page-configuration.ts';
import { acknowledgeResource, logicalIdOf } from '../functions/acknowledge-resource.ts';
import { FunctionRole } from '../functions/function-role.ts';

export type PageFilesProps = {
  bucket: Bucket;
  /** The folder that `npm run build:web` builds. */
  folder: string;
  /** Written to `/config.json`, so that the same build works in every environment. */
  configuration: PageConfiguration;
  /** The key of the bucket that `cdk bootstrap` made, if it is a customer managed one. */
  assetKeyArn?: string;
};

/** Vite puts a hash of the content into the names of these files. */
const HASHED = 'assets/*';

/**
 * Copies the page into its bucket. Hashed files come first and the files that refer to them second, so that the page
 * never refers to a file that is not there yet. Older files stay for visitors who still have the older page open.
 * Nothing has to be invalidated: the edge keeps `no-cache` files for one second.
 */
export class PageFiles extends Construct {
  constructor(scope: Construct, id: string, props: PageFilesProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', {
      retention: RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new FunctionRole(this, 'Role', { logGroup, isInVpc: false });
    // CDK's grants would let the function read every asset of the account, so the role ignores them.
    const handlerRole = role.withoutPolicyUpdates() as IRole;
    const { built, configured } = this.sources(props, handlerRole);
    allowToCopy(role, [built, configured], props.bucket);
    if (props.assetKeyArn)
      role.addToPolicy(new PolicyStatement({ actions: ['kms:Decrypt'], resources: [props.assetKeyArn] }));
    const common = { destinationBucket: props.bucket, prune: false, logGroup, role: handlerRole };
    const hashed = new BucketDeployment(this, 'Hashed', {
      ...common,
      sources: [{ bind: () => built }],
      exclude: ['*'],
      include: [HASHED],
      cacheControl: [CacheControl.fromString('public, max-age=31536000, immutable')],
    });
    const page = new BucketDeployment(this, 'Page', {
      ...common,
      sources: [{ bind: () => built }, { bind: () => configured }],
      exclude: [HASHED],
      cacheControl: [CacheControl.noCache()],
    });
    hashed.node.addDependency(role);
    page.node.addDependency(hashed);
    this.acknowledgeDeployer();
  }

  private sources(
    { folder, configuration }: PageFilesProps,
    handlerRole: IRole,
  ): Record<'built' | 'configured', SourceConfig> {
    const asset = new Asset(this, 'Built', { path: folder });
    return {
      built: { bucket: asset.bucket, zipObjectKey: asset.s3ObjectKey },
      configured: Source.jsonData('config.json', configuration).bind(this, { handlerRole }),
    };
  }

  /** CDK creates one function for all bucket deployments of a stack, outside of this construct. */
  private acknowledgeDeployer(): void {
    const deployer = Stack.of(this).node.children.find(({ node }) => node.id.startsWith('Custom::CDKBucketDeployment'));
    if (!deployer) throw new Error('CDK has renamed the function that deploys files');
    Validations.of(deployer).acknowledge({
      id: 'AwsSolutions-L1',
      reason: "The runtime is CDK's to choose: it runs CDK's own code, at deployment only",
    });
  }
}

function allowToCopy(role: Role, sources: readonly SourceConfig[], bucket: Bucket): void {
  const copied = sources.map((source) => source.bucket.arnForObjects(source.zipObjectKey));
  role.addToPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: copied }));
  role.addToPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }));
  role.addToPolicy(
    new PolicyStatement({
      actions: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'],
      resources: [bucket.arnForObjects('*')],
    }),
  );
  acknowledgeResource(role, `<${logicalIdOf(bucket)}.Arn>/*`, 'The files of the page, and nothing else, are in it');
}
