import { Duration } from 'aws-cdk-lib';
import { HeadersFrameOption, HeadersReferrerPolicy, ResponseHeadersPolicy } from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';

export type PageOrigins = {
  /** Where the API is. The page calls it through its own origin; this is for pages that are built to call it directly. */
  api: string;
  /** What the page asks for tokens. */
  signIn?: readonly string[];
  /** Where the videos are played from, if that is known. */
  videos?: string;
};

/** What the page may load and from where: as strict as the page allows, and the same as on one machine but for other origins. */
export class PageHeaders extends Construct {
  readonly policy: ResponseHeadersPolicy;

  constructor(scope: Construct, id: string, origins: PageOrigins) {
    super(scope, id);
    this.policy = new ResponseHeadersPolicy(this, 'Policy', {
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

/** `blob:` is what a player built on Media Source Extensions plays from. */
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
