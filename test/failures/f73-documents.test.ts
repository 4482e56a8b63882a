import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { templatesOf } from '../support/synthesised.ts';

const DEPLOY = readFileSync('docs/DEPLOY.md', 'utf8');
const RUNBOOK = readFileSync('docs/RUNBOOK.md', 'utf8');

test('F73 bootstrapping, which DEPLOY.md names first, gets as far as anybody can without credentials', () => {
  const [, environment = ''] = /^ {4}npm run bootstrap -- (\w+)/m.exec(DEPLOY) ?? [];
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/cdk.ts', 'bootstrap', environment], {
    encoding: 'utf8',
    // Nobody's: no profile, no variables, no machine of EC2 that could give any.
    env: {
      PATH: process.env.PATH,
      HOME: '/nonexistent',
      AWS_REGION: 'eu-central-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });
  expect(`${stdout}${stderr}`).toMatch(/resolve AWS account|no credentials have been configured/);
  expect(status).toBe(1);
});

test('F73 every output that the documents name is one', () => {
  const { state, service, web, observability } = templatesOf('prod');
  const known = [state, service, web, observability].flatMap((template) => Object.keys(template.findOutputs('*')));
  const named = [...`${DEPLOY}${RUNBOOK}`.matchAll(/\boutputs? `(\w+)`/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(4);
  const withOperators = [...known, 'OperatorArn'];
  expect(named.filter((name) => !withOperators.some((one) => one.includes(name)))).toEqual([]);
});

test('F73 resources are found on whichever page of the stack they stand', () => {
  const { service } = templatesOf('prod');
  expect(Object.keys(service.toJSON().Resources as object).length, 'more than one page').toBeGreaterThan(100);
  const [, definition = ''] = /^ {4}(resource\(\) \{[\s\S]*?\}\s*)\n {4}\w/m.exec(RUNBOOK) ?? [];
  // With `--output text`, the command line applies a query to each page by itself.
  expect(definition).toContain('--output json');
  expect(definition).not.toContain('--output text');
});

test('F73 the rights of the cache’s user include every command that is sent', () => {
  const [, rights = ''] = /^ {4}(on ~video:.+)$/m.exec(DEPLOY) ?? [];
  const source = readFileSync('functions/stores/redis/redis-cache.ts', 'utf8');
  const sent = [...source.matchAll(/client\.(\w+)\(/g)].map(([, name = '']) => name.toLowerCase());
  expect(sent).toContain('srem');
  for (const command of sent) expect(rights.split(' ')).toContain(`+${command}`);
});
