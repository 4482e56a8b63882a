import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  AccessLevel,
  CachePolicy,
  Distribution,
  HttpVersion,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { regionalName } from '../regional-name.ts';
import { EdgeGate } from '../state/edge-gate.ts';

/** The bucket of the videos and the distribution in front of it, with the gate. */
export class SampleStorage extends Construct {
  readonly bucket: Bucket;
  readonly distribution: Distribution;
  readonly gate: EdgeGate;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bucket = this.createBucket();
    this.gate = new EdgeGate(this, 'Gate', { whenUnreadable: 'open' });
    this.distribution = this.createDistribution();
  }

  /**
   * The lifecycle rules are a safety net for unfinished uploads and old versions. The deletion does not rely on them.
   */
  private createBucket(): Bucket {
    const bucket = new Bucket(this, 'Videos', {
      versioned: true,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(7) },
        { noncurrentVersionExpiration: Duration.days(30), expiredObjectDeleteMarker: true },
      ],
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'A sample platform that is deleted with its environment; nobody reads its access logs',
    });
    return bucket;
  }

  private createDistribution(): Distribution {
    const distribution = new Distribution(this, 'Distribution', {
      comment: 'Sample platform: videos',
      // With the right to list, S3 answers a missing key with 404 instead of 403. The root object keeps `/` from
      // showing the list.
      defaultRootObject: 'index.html',
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.bucket, {
          originAccessLevels: [AccessLevel.READ, AccessLevel.LIST],
          originAccessControl: new S3OriginAccessControl(this, 'Access', {
            originAccessControlName: regionalName(this),
          }),
        }),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        originRequestPolicy: OriginRequestPolicy.CORS_S3_ORIGIN,
        responseHeadersPolicy: ResponseHeadersPolicy.CORS_ALLOW_ALL_ORIGINS_WITH_PREFLIGHT_AND_SECURITY_HEADERS,
        functionAssociations: [this.gate.association],
      },
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
    });
    acknowledgeSampleDistribution(distribution);
    return distribution;
  }
}

function acknowledgeSampleDistribution(distribution: Distribution): void {
  const origin = distribution.node.findChild('Origin1');
  Validations.of(origin).acknowledge({
    id: 'Annotation::@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk',
    reason: 'The distribution has a root object, so viewers cannot see the list',
  });
  const sample = 'A sample platform with made-up videos that lives for days';
  Validations.of(distribution).acknowledge(
    { id: 'AwsSolutions-CFR1', reason: `${sample}: viewers in every country may see them` },
    { id: 'AwsSolutions-CFR2', reason: `${sample}: not worth a firewall` },
    { id: 'AwsSolutions-CFR3', reason: `${sample}: nobody reads its access logs` },
    { id: 'AwsSolutions-CFR4', reason: `${sample}: it has no domain name, and CloudFront's own fixes the protocol` },
  );
}
