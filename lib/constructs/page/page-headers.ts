import { Duration } from 'aws-cdk-lib';
import { HeadersFrameOption, HeadersReferrerPolicy, ResponseHeadersPolicy } from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { regionalName } from '../regional-name.ts';

export type PageOrigins = {
  /**
   * The origin of the API. The page calls it through its own origin; only a page that is built to call it directly
   * needs this.
   */
  api: string;
  /** The origins that the page gets its tokens from. */
  signIn?: readonly string[];
  /** The origin that videos are played from, if it is known. */
  videos?: string;
};

/**
 * The page's security headers, as strict as the page allows. The local system sends the same ones with its own origins.
 */
export class PageHeaders extends Construct {
  readonly policy: ResponseHeadersPolicy;

  constructor(scope: Construct, id: string, origins: PageOrigins) {
    super(scope, id);
    this.policy = new ResponseHeadersPolicy(this, 'Policy', {
      responseHeadersPolicyName: regionalName(this),
      comment: 'Video deletion: the page',
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: contentSecurityPolicy(origins), override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: true, override: true },
      },
      customHeadersBehavior: {
        customHeaders: [
          { header: 'cross-origin-opener-policy', value: 'same-origin', override: true },
          { header: 'cross-origin-resource-policy', value: 'same-origin', override: true },
        ],
      },
    });
  }
}

/** A player that uses Media Source Extensions plays from a `blob:` URL. */
export function contentSecurityPolicy({ api, signIn = [], videos }: Partial<PageOrigins>): string {
  const sources = (...origins: (string | undefined)[]) => origins.filter((origin) => origin !== undefined).join(' ');
  return [
    "default-src 'self'",
    `img-src ${sources("'self'", 'blob:', videos)}`,
    `media-src ${sources("'self'", 'blob:', videos)}`,
    `connect-src ${sources("'self'", api, ...signIn, videos)}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
