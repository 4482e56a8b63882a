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
  S3OriginAccessControl,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { regionalName } from '../regional-name.ts';
import { PageHeaders } from './page-headers.ts';

/** `certificateId`: a certificate of ACM in us-east-1, the only region that CloudFront takes certificates from. */
export type PageDomain = { domainName: string; certificateId: string };

/** The platform's API. `httpsPort`: if it is not 443. */
export type ProfileOrigin = { host: string; httpsPort?: number };

export type PageDistributionProps = {
  bucket: IBucket;
  apiHost: string;
  /** The part of the API that the platform serves. Absent: the platform serves none. */
  profile?: ProfileOrigin;
  signInOrigins?: readonly string[];
  videoOrigin?: string;
  domain?: PageDomain;
};

/**
 * Serves the page and, under `/api/`, the API. To the browser both are one origin, so the page needs no CORS and no API
 * address.
 */
export class PageDistribution extends Construct {
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, props: PageDistributionProps) {
    super(scope, id);
    const { bucket, apiHost, profile, signInOrigins, videoOrigin, domain } = props;
    const headers = new PageHeaders(this, 'Headers', {
      api: `https://${apiHost}`,
      ...(signInOrigins && { signIn: signInOrigins }),
      ...(videoOrigin && { videos: videoOrigin }),
    });
    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'Video deletion: the page',
      defaultRootObject: 'index.html',
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket, { originAccessControl: this.access() }),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: headers.policy,
      },
      // The order matters: CloudFront uses the first behaviour that matches.
      additionalBehaviors: {
        ...(profile && { '/api/v1/users/me*': profileBehavior(profile) }),
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

  private access(): S3OriginAccessControl {
    return new S3OriginAccessControl(this, 'Access', { originAccessControlName: regionalName(this) });
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
      { id: 'AwsSolutions-CFR1', reason: 'Owners may be in any country' },
      { id: 'AwsSolutions-CFR2', reason: 'Serves static files, and an API that throttles and requires a token' },
      {
        id: 'AwsSolutions-CFR3',
        reason: 'The API logs its calls; a log of static files would add only personal data',
      },
    );
    if (hasDomain) return;
    Validations.of(this.distribution).acknowledge({
      id: 'AwsSolutions-CFR4',
      reason: 'Without a domain name there is no certificate, and CloudFront fixes the protocol itself',
    });
  }
}

/** Forwards everything except the `Host` header, which API Gateway needs to be its own. Nothing is cached. */
function apiBehavior(host: string, httpsPort?: number): BehaviorOptions {
  return {
    origin: new HttpOrigin(host, { protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY, ...(httpsPort && { httpsPort }) }),
    allowedMethods: AllowedMethods.ALLOW_ALL,
    viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
    cachePolicy: CachePolicy.CACHING_DISABLED,
    originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
  };
}

/** The same for the platform's API, but only for reads. */
function profileBehavior({ host, httpsPort }: ProfileOrigin): BehaviorOptions {
  return { ...apiBehavior(host, httpsPort), allowedMethods: AllowedMethods.ALLOW_GET_HEAD };
}
