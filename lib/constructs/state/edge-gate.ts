import { readFileSync } from 'node:fs';
import {
  Function as CloudFrontFunction,
  type FunctionAssociation,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  KeyValueStore,
} from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';

export type EdgeGateProps = {
  /**
   * What viewers get while the KeyValueStore cannot be read. `open`: every video, also deleted ones, so that an outage
   * of the store is no outage of the platform. `closed`: 503 for every video, for platforms that must not show what a
   * court had deleted.
   */
  whenUnreadable: 'open' | 'closed';
};

/**
 * The gate at the edge: a KeyValueStore with the ids of deleted videos, and the function that answers 410 for them.
 * Only invalidate-edge writes to the store, and it deletes an id when the longest TTL is over. A store holds 5 MB,
 * about 125,000 ids: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
 */
export class EdgeGate extends Construct {
  readonly store: KeyValueStore;
  private readonly code: CloudFrontFunction;

  constructor(scope: Construct, id: string, { whenUnreadable }: EdgeGateProps) {
    super(scope, id);
    this.store = new KeyValueStore(this, 'DeletedVideos', { comment: 'Ids of videos that the edge no longer shows' });
    this.code = new CloudFrontFunction(this, 'Function', {
      comment: 'Answers 410 for deleted videos',
      code: FunctionCode.fromInline(gateCode({ whenUnreadable })),
      runtime: FunctionRuntime.JS_2_0,
      keyValueStore: this.store,
    });
  }

  /** Belongs into `functionAssociations` of every behaviour that serves videos or originals. */
  get association(): FunctionAssociation {
    return { function: this.code, eventType: FunctionEventType.VIEWER_REQUEST };
  }
}

/**
 * The code of the gate's function with the setting written into it, because CloudFront functions have no environment
 * variables.
 */
export function gateCode({ whenUnreadable }: EdgeGateProps): string {
  const code = readFileSync(new URL('../../gate/gate.js', import.meta.url), 'utf8');
  const setting = /(?<=^const WHEN_UNREADABLE = ')[a-z]+(?=';$)/m;
  if (!setting.test(code)) throw new Error('The code of the gate has no line that begins with "const WHEN_UNREADABLE"');
  return code.replace(setting, whenUnreadable);
}
