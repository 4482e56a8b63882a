import { parseArgs } from 'node:util';
import { checkSchedules } from './support/schedule-check.ts';

/**
 * Runs more random schedules than a test run has time for: `--runs 5000`. `--seed` and `--path` repeat a schedule that
 * failed.
 */
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5000' }, seed: { type: 'string' }, path: { type: 'string' } },
});
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
const began = performance.now();
await checkSchedules({ runs: Number(values.runs), seed, path: values.path });
const seconds = ((performance.now() - began) / 1000).toFixed(1);
process.stdout.write(`${values.runs} schedules kept every promise in ${seconds} s (seed ${seed})\n`);
