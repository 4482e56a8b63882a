import { readFileSync } from 'node:fs';
import { RemovalPolicy } from 'aws-cdk-lib';
import {
  Function as CloudFrontFunction,
  type FunctionAssociation,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  KeyValueStore,
} from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { regionalName } from '../regional-name.ts';

export type EdgeGateProps = {
  /**
   * What viewers get while the KeyValueStore cannot be read. `open`: every video, also deleted ones, so that an outage
   * of the store is no outage of the platform. `closed`: 503 for every video, for platforms that must not show what a
   * court had deleted.
   */
  whenUnreadable: 'open' | 'closed';
  /** Default: deleted with the stack. */
  removalPolicy?: RemovalPolicy;
};

/**
 * The gate at the edge: a KeyValueStore with the ids of deleted videos, and the function that answers 410 for them.
 * Only invalidate-edge writes to the store, and it deletes an id when the longest TTL is over. A store holds 5 MB,
 * about 125,000 ids: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
 */
export class EdgeGate extends Construct {
  readonly store: KeyValueStore;
  private readonly code: CloudFrontFunction;

  constructor(scope: Construct, id: string, { whenUnreadable, removalPolicy = RemovalPolicy.DESTROY }: EdgeGateProps) {
    super(scope, id);
    this.store = new KeyValueStore(this, 'DeletedVideos', {
      keyValueStoreName: regionalName(this),
      comment: 'Ids of videos that the edge no longer shows',
    });
    this.code = new CloudFrontFunction(this, 'Function', {
      comment: 'Answers 410 for deleted videos',
      code: FunctionCode.fromInline(gateCode({ whenUnreadable })),
      runtime: FunctionRuntime.JS_2_0,
      keyValueStore: this.store,
    });
    this.store.applyRemovalPolicy(removalPolicy);
    this.code.applyRemovalPolicy(removalPolicy);
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
export function gateCode({ whenUnreadable }: Pick<EdgeGateProps, 'whenUnreadable'>): string {
  const code = readFileSync(new URL('../../gate/gate.js', import.meta.url), 'utf8');
  const setting = /(?<=^const WHEN_UNREADABLE = ')[a-z]+(?=';$)/m;
  if (!setting.test(code)) throw new Error('The code of the gate has no line that begins with "const WHEN_UNREADABLE"');
  return code.replace(setting, whenUnreadable);
}

/**
 * The same to be pasted into a function of the platform's own, since a behaviour takes only one function and functions
 * cannot call each other: everything but the handler. The function calls `refuseDeletedVideo` first, and has the gate's
 * store as its own: a function reads only one.
 */
export function gateFragment(props: Pick<EdgeGateProps, 'whenUnreadable'>): string {
  const code = gateCode(props);
  const handler = /^\/\/ biome-ignore .*\n^async function handler\(event\) \{\n(?:^ {2}.*\n)*^\}\n\n/m;
  if (!handler.test(code)) throw new Error('The code of the gate has no function "handler" after a comment');
  return `${HOW_TO_PASTE}${code.replace(handler, '')}`;
}

const HOW_TO_PASTE = `// Paste this above your own code, associate the function with the gate's store (output GateStoreArn), and begin with
//   async function handler(event) {
//     const refused = await refuseDeletedVideo(event.request);
//     if (refused) return refused;
`;
