import { fileURLToPath } from 'node:url';
import { CfnOutput, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { PageDistribution, type PageDomain, type ProfileOrigin } from '../constructs/page/page-distribution.ts';
import { PageFiles } from '../constructs/page/page-files.ts';
import type { PageConfiguration } from '../page-configuration.ts';

export type WebStackProps = StackProps & {
  /** The host of the API, which the page calls under `/api/` of its own origin. */
  apiHost: string;
  /** The platform's API, which the profile page reads. Absent: the page has no profile. */
  profile?: ProfileOrigin;
  /** The configuration of the page. */
  configuration: PageConfiguration;
  /** The origins that the page calls to sign in. */
  signInOrigins?: readonly string[];
  /** The origin that videos are played from. Absent: the page cannot play videos. */
  videoOrigin?: string;
  /** The custom domain name of the page. Default: the name that CloudFront gives it. */
  domain?: PageDomain;
  /** The key of the bucket from which the page is copied, if that is a customer managed one. */
  bootstrapKeyArn?: string;
  /** The folder of the built page. Default: the one that `npm run build:web` writes. */
  folder?: string;
};

const BUILT = fileURLToPath(new URL('../../dist/web', import.meta.url));

/** The page, in a bucket that only CloudFront can read. */
export class WebStack extends Stack {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: WebStackProps) {
    const {
      apiHost,
      profile,
      configuration,
      signInOrigins,
      videoOrigin,
      domain,
      bootstrapKeyArn,
      folder = BUILT,
      ...stackProps
    } = props;
    super(scope, id, { description: 'Video deletion: the page', ...stackProps });
    this.bucket = new Bucket(this, 'Files', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      // The bucket can be deleted with its stack: the page can be built again.
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Only CloudFront reads it, and it holds nothing but the page',
    });
    const { distribution } = new PageDistribution(this, 'Page', {
      bucket: this.bucket,
      apiHost,
      ...(profile && { profile }),
      ...(signInOrigins && { signInOrigins }),
      ...(videoOrigin && { videoOrigin }),
      ...(domain && { domain }),
    });
    new PageFiles(this, 'Content', {
      bucket: this.bucket,
      folder,
      configuration,
      ...(bootstrapKeyArn && { assetKeyArn: bootstrapKeyArn }),
    });
    new CfnOutput(this, 'DnsTarget', {
      description: 'Point the domain name of the page here',
      value: distribution.distributionDomainName,
    });
    new CfnOutput(this, 'Url', { value: `https://${domain?.domainName ?? distribution.distributionDomainName}` });
  }
}
