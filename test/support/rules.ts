import type { Rules } from '../../functions/deletion/rules.ts';

/** The rules of an environment as they are by default, without a gate. */
export const RULES: Rules = {
  undoSeconds: 10,
  settleSeconds: 900,
  leaseSeconds: 60,
  sweepAfterSeconds: 120,
  retentionDays: 400,
};
