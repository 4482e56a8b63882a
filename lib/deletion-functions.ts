import type { Construct } from 'constructs';
import manifest from '../package.json' with { type: 'json' };
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

export type FunctionsProps = {
  network: FunctionNetwork;
  environment: Environment;
  /** The claim of the issuer's tokens with the user's id, if the environment does not say. Default: `sub`. */
  userIdClaim?: string;
};

/** Creates every function, by the name of its entry point. None has any grants yet. */
export function createFunctions(
  scope: Construct,
  { network, environment, userIdClaim }: FunctionsProps,
): DeletionFunctions {
  const created = NAMES.map((name) => {
    // CloudFront has no VPC endpoint, so the one function that calls it runs outside of the VPC.
    const isInVpc = name !== 'invalidate-edge';
    const one = new DeletionFunction(scope, nameOf(name), { entry: name, ...(isInVpc && { network }) });
    return [name, one.set(settingsFor(name, environment, userIdClaim))] as const;
  });
  return Object.fromEntries(created) as DeletionFunctions;
}

/** `request-deletion` becomes `RequestDeletion`. */
const nameOf = (entry: FunctionName) =>
  entry.replaceAll(/(?:^|-)(.)/g, (_match, letter: string) => letter.toUpperCase());

/** The settings of a function for the rules that the environment sets. */
function settingsFor(
  name: FunctionName,
  { name: environmentName, receiptIssuer, rules = {} }: Environment,
  userIdClaim: string | undefined,
) {
  const settings = {
    ENVIRONMENT_NAME: environmentName,
    LOG_LEVEL: rules.logLevel,
    ...(name === 'cleanup' && {
      STORAGE_KEYS_PER_SECOND: rules.keysPerSecond,
      RECEIPT_ISSUER: receiptIssuer,
      RELEASE: manifest.version,
    }),
    ...(OF_THE_API.includes(name) && { USER_ID_CLAIM: rules.userIdClaim ?? userIdClaim }),
    ...(name !== 'migrate' && {
      UNDO_SECONDS: rules.undoSeconds,
      ADMIN_UNDO_SECONDS: rules.adminUndoSeconds,
      PLAYABLE_WHILE_WAITING: rules.playableWhileWaiting,
      SETTLE_SECONDS: rules.settleSeconds,
      RETENTION_DAYS: rules.retentionDays,
    }),
  };
  return Object.fromEntries(
    Object.entries(settings).flatMap(([setting, value]) => (value === undefined ? [] : [[setting, `${value}`]])),
  );
}
