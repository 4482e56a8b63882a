import type { Construct } from 'constructs';
import { DeletionFunction } from './constructs/functions/deletion-function.ts';
import type { FunctionNetwork } from './constructs/functions/function-network.ts';
import { FUNCTION_SIZES, type FunctionName } from './constructs/functions/function-sizes.ts';
import type { Environment } from './environment.ts';

export type DeletionFunctions = Record<FunctionName, DeletionFunction>;

const NAMES = Object.keys(FUNCTION_SIZES) as FunctionName[];
const OF_THE_API: readonly FunctionName[] = [
  'request-deletion',
  'read-deletions',
  'undo-deletion',
  'replay-deletion',
  'hold-video',
];

/** Every function by the name of its entry point. They may do nothing yet. */
export function createFunctions(
  scope: Construct,
  { network, rules = {} }: { network: FunctionNetwork; rules: Environment['rules'] },
): DeletionFunctions {
  const created = NAMES.map((name) => {
    // CloudFront has no endpoint in a VPC, so the one function that speaks to it stands outside.
    const isInVpc = name !== 'invalidate-edge';
    const one = new DeletionFunction(scope, nameOf(name), { entry: name, ...(isInVpc && { network }) });
    return [name, one.set(settingsFor(name, rules))] as const;
  });
  return Object.fromEntries(created) as DeletionFunctions;
}

/** `request-deletion` becomes `RequestDeletion`. */
const nameOf = (entry: FunctionName) =>
  entry.replaceAll(/(?:^|-)(.)/g, (_match, letter: string) => letter.toUpperCase());

/** The rules that a function follows, where the environment has rules of its own. */
function settingsFor(name: FunctionName, rules: NonNullable<Environment['rules']>): Record<string, string> {
  const settings = {
    LOG_LEVEL: rules.logLevel,
    ...(name === 'cleanup' && { STORAGE_KEYS_PER_SECOND: rules.keysPerSecond }),
    ...(OF_THE_API.includes(name) && { USER_ID_CLAIM: rules.userIdClaim }),
    ...(name !== 'migrate' && {
      UNDO_SECONDS: rules.undoSeconds,
      SETTLE_SECONDS: rules.settleSeconds,
      RETENTION_DAYS: rules.retentionDays,
    }),
  };
  return Object.fromEntries(
    Object.entries(settings).flatMap(([setting, value]) => (value === undefined ? [] : [[setting, `${value}`]])),
  );
}
