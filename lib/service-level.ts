import { Duration } from 'aws-cdk-lib';
import { serviceLevelOf } from '../functions/deletion/rules.ts';
import type { Environment } from './environment.ts';

/**
 * The functions' default waiting times in seconds, for environments without their own rules
 * (`functions/settings/settings.ts`).
 */
export const UNDO_SECONDS = 10;
const SETTLE_SECONDS = 900;

/** How old an open deletion may become before somebody is paged: by the rules of the environment. */
export function serviceLevel({ rules, platform }: Pick<Environment, 'rules' | 'platform'>): Duration {
  const edge = platform === 'sample' ? undefined : platform.edge;
  const gate = edge?.mode === 'gate' && { ttlSeconds: edge.longestTtlSeconds, invalidates: false };
  const { settleSeconds = SETTLE_SECONDS } = rules ?? {};
  return Duration.seconds(serviceLevelOf({ settleSeconds, ...(gate && { gate }) }));
}
