import type { ReceiptIssuer } from '../../functions/deletion/record/receipt.ts';
import type { Rules } from '../../functions/deletion/rules.ts';

/** The rules of an environment as they are by default, without a gate. */
export const RULES: Rules = {
  undoSeconds: 10,
  settleSeconds: 900,
  leaseSeconds: 60,
  sweepAfterSeconds: 120,
  retentionDays: 400,
};

/** The system that issues receipts in tests. */
export const ISSUER: ReceiptIssuer = {
  iss: 'https://platform.example',
  environment: 'test',
  software: '1.2.3',
  places: {
    cancelRuns: 'arn:aws:states:eu-central-1:123456789012:stateMachine:process-video',
    deleteObjects: 's3://videos',
    deleteRows: 'postgresql://db.example:5432/platform',
    invalidateCache: 'rediss://cache.example:6379',
    invalidateEdge: 'E2EXAMPLE',
  },
};
