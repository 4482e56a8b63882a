import { describe, expect, test } from 'vitest';
import { PORT_FAULTS, type PortPlan, playScenario } from '../faults/play-scenario.ts';
import { SCENARIOS } from '../faults/scenarios.ts';

/**
 * Every call of a store, in every scenario, meets every fault once: refused, its answer lost, and taking effect after
 * its client has given up.
 */
describe.each(Object.entries(SCENARIOS))('F35 %s', { timeout: 300_000 }, (name, scenario) => {
  test.for(PORT_FAULTS)('keeps every promise, whichever call is %s', async (fault, { annotate }) => {
    const calls = await playScenario(scenario);
    const broken: string[] = [];
    for (const [call, made] of calls.entries()) {
      const plan: PortPlan = { call, fault };
      await playScenario(scenario, plan).catch((error: Error) => broken.push(`${call} ${made}: ${error.message}`));
    }
    expect(broken).toEqual([]);
    await annotate(`${name}: ${calls.length} calls, each ${fault} once`);
  });
});
