import { expect, test } from 'vitest';
import { findEnvironment } from '../../ops/find-environment.ts';
import { printedBy } from '../support/printed.ts';

test('an empty environment is no system, even where every setting may be absent', async () => {
  const environment = {};
  await expect(findEnvironment(environment, ['edge'], undefined)).rejects.toThrow(/no system runs in|More than one/);
  expect(environment).toEqual({});
});

test('settings of the groups that are asked for are taken as they are', async () => {
  const environment = { EDGE_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/000000000000/edge' };
  const printed = await printedBy(async () => {
    expect(await findEnvironment(environment, ['edge'], undefined)).toBe('aws');
  });
  expect(printed.join('')).toContain('the settings in the environment');
});
