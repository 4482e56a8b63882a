import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { PageHeaders } from './page-headers.ts';

/** `certificateId`: of ACM in us-east-1, where CloudFront looks for it. */
export type PageDomain = { domainName: string; certificateId: string };

export type PageDistributionProps = {
  bucket: IBucket;
  apiHost: string;
  /** Whatever of the API the platform answers. Absent: nothing. */
  profileOrigin?: string;
  signInOrigins?: readonly string[];
  videoOrigin?: string;
  domain?: PageDomain;
};

/** The page and, under `/api/`, the API: one origin for the browser, so that the page needs no CORS and no address of the API. */
export class PageDistribution extends Construct {
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, props: PageDistributionProps) {
    super(scope, id);
    const { bucket, apiHost, profileOrigin, signInOrigins, videoOrigin, domain } = props;
    const headers = new PageHeaders(this, 'Headers', {
      api: `https://${apiHost}`,
      ...(signInOrigins && { signIn: signInOrigins }),
      ...(videoOrigin && { videos: videoOrigin }),
    });
    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'Video deletion: the page',
      defaultRootObject: 'index.html',
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: headers.policy,
      },
      // CloudFront takes the first that matches.
      additionalBehaviors: {
        ...(profileOrigin && { '/api/v1/users/me*': profileBehavior(profileOrigin) }),
        '/api/*': apiBehavior(apiHost),
      },
      httpVersion: HttpVersion.HTTP2_AND_3,
      ...(domain && {
        domainNames: [domain.domainName],
        certificate: Certificate.fromCertificateArn(this, 'Certificate', this.arnOf(domain)),
      }),
    });
    this.acknowledge({ hasDomain: domain !== undefined });
  }

  private arnOf({ certificateId }: PageDomain): string {
    return Stack.of(this).formatArn({
      service: 'acm',
      region: 'us-east-1',
      resource: 'certificate',
      resourceName: certificateId,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  }

  private acknowledge({ hasDomain }: { hasDomain: boolean }): void {
    Validations.of(this.distribution).acknowledge(
      { id: 'AwsSolutions-CFR1', reason: 'Owners may be anywhere' },
      { id: 'AwsSolutions-CFR2', reason: 'Static files, and an API that throttles and wants a token for every call' },
      {
        id: 'AwsSolutions-CFR3',
        reason: 'The API logs its calls; who fetches static files says nothing, and is personal',
      },
    );
    if (hasDomain) return;
    Validations.of(this.distribution).acknowledge({
      id: 'AwsSolutions-CFR4',
      reason: 'Without a domain name there is no certificate, and CloudFront fixes the protocol itself',
    });
  }
}

/** Everything passes but the host, by which API Gateway knows itself; nothing is cached. */
function apiBehavior(host: string): BehaviorOptions {
  return {
    origin: new HttpOrigin(host, { protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY }),
    allowedMethods: AllowedMethods.ALLOW_ALL,
    viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
    cachePolicy: CachePolicy.CACHING_DISABLED,
    originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
  };
}

/** The same of the platform's API, where it is only read. */
function profileBehavior(origin: string): BehaviorOptions {
  return { ...apiBehavior(new URL(origin).host), allowedMethods: AllowedMethods.ALLOW_GET_HEAD };
}
