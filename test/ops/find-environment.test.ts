import { expect, test } from 'vitest';
import { findEnvironment } from '../../ops/find-environment.ts';
import { printedBy } from '../support/printed.ts';
import { runOps } from './run-ops.ts';

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

test.each([
  [['list', '--state', 'lost', '--json'], 'Allowed choices are'],
  [['--json', 'shwo'], "unknown command 'shwo'"],
  [['show', '--json'], "missing required argument 'videoId'"],
] as const)('a mistake in the arguments is JSON where JSON was asked for: %j', async (args, said) => {
  const { code, stdout, stderr } = await runOps([...args]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  const { error } = JSON.parse(stderr) as { error: { code: string; message: string } };
  expect(error).toEqual({ code: 'WrongUsage', message: expect.stringContaining(said) });
});
