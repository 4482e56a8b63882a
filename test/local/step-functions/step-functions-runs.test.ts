import { describe, expect, it } from 'vitest';
import { createLocalRuns } from '../../../local/step-functions/step-functions-runs.ts';

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('createLocalRuns', () => {
  it('ends the wait of a stopped run, so that it keeps no process alive', async () => {
    const runs = createLocalRuns({
      definition: { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 3600, End: true } } },
      stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:waiting',
      tasks: {},
    });
    const { arn } = runs.start('video-a', '{}');
    await new Promise(setImmediate);
    const before = timers();
    runs.stop(arn);
    expect(timers()).toBe(before - 1);
  });
});
