import { expect, it } from 'vitest';
import { WORKER_SECONDS } from '../../../../functions/deletion/rules.ts';
import { FUNCTION_SIZES } from '../../../../lib/constructs/functions/function-sizes.ts';

it('no worker lives longer than a hold waits for one that has not given its lease back', () => {
  expect(FUNCTION_SIZES.cleanup.timeout.toSeconds()).toBeLessThanOrEqual(WORKER_SECONDS);
});
