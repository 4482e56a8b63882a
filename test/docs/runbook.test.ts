import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { printedBy } from '../support/printed.ts';
import { RUNBOOK_VIDEO, runbookSnippets, runbookStacks } from '../support/runbook.ts';

const run = promisify(execFile);

/**
 * An `aws` that knows the stacks as they are synthesised, and pages as the real one does: with `--output text`, a query
 * is applied to each page of a hundred by itself, with `--output json` to all of them. It writes down its calls.
 */
const STAND_IN = String.raw`#!/usr/bin/env node
const { appendFileSync, readFileSync } = require('node:fs');
const args = process.argv.slice(2);
const stacks = JSON.parse(readFileSync(process.env.STACKS));
appendFileSync(process.env.CALLS, JSON.stringify(args) + '\n');
const option = (name) => args[args.indexOf('--' + name) + 1];
const [service, operation] = args;
const stack = stacks[(option('stack-name') || '').split('-').at(-1)];
if (operation === 'describe-stacks') {
  const [, part] = /contains\(OutputKey, '(\w+)'\)/.exec(option('query'));
  const [key] = stack.outputs.filter((name) => name.includes(part));
  console.log(key ? 'output-' + key : 'None');
} else if (operation === 'list-stack-resources') {
  const [, prefix, type, length] = /starts_with\(LogicalResourceId, '(\w+)'\) && ResourceType=='([\w:]+)'\s*&& length\(LogicalResourceId\)==.(\d+)/.exec(option('query'));
  const ids = Object.keys(stack.resources);
  const pages = [];
  while (ids.length > 0) pages.push(ids.splice(0, 100));
  const found = (page) => page.filter((id) => id.startsWith(prefix) && stack.resources[id] === type && id.length === Number(length));
  if (option('output') === 'text') for (const page of pages) console.log(found(page)[0] ?? 'None');
  else console.log(JSON.stringify(pages.flatMap(found), undefined, 4));
} else if (operation === 'get-function-configuration') console.log(JSON.stringify({ DISTRIBUTION_ID: 'E0EXAMPLE00000', STATE_MACHINE_ARN: 'arn:states', GATE_STORE_ARN: 'arn:store', NODE_OPTIONS: '--max-old-space-size=1', AWS_ENDPOINT_URL_KMS: 'https://vpce.example.com', RECEIPT_ISSUER: 'a "name"' }));
else if (operation === 'start-query') console.log('query-1');
else console.log(service + ' ' + operation);
`;

let folder: string;
let env: Record<string, string | undefined>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runbook-'));
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const write = async (name: string, text: string) => {
    await writeFile(join(bin, name), text);
    await chmod(join(bin, name), 0o755);
  };
  await write('aws', STAND_IN);
  const noted = (name: string) =>
    `#!/bin/sh\nprintf '["${name}"' >> "$CALLS"\nfor one in "$@"; do printf ',"%s"' "$(printf %s "$one" | tr '\\n"' ' _')" >> "$CALLS"; done\necho ']' >> "$CALLS"\n`;
  for (const name of ['curl', 'npm']) await write(name, noted(name));
  await write('sleep', '#!/bin/sh\n');
  await writeFile(join(folder, 'stacks.json'), JSON.stringify(runbookStacks()));
  env = {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: process.env.HOME,
    STACKS: join(folder, 'stacks.json'),
    CALLS: join(folder, 'calls'),
    VIDEO: RUNBOOK_VIDEO,
    TOKEN: 'token',
  };
}, 180_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test('every snippet of the runbook runs in a shell as it is written, and finds what it names', async () => {
  const { definitions, scripts } = await runbookSnippets();
  expect(scripts.length).toBeGreaterThan(25);
  expect(definitions).toContain('STAGE=prod');
  for (const { heading, script } of scripts) {
    await rm(env.CALLS as string, { force: true });
    const { stdout, stderr } = await run('bash', ['--norc', '-c', script], { env: env as NodeJS.ProcessEnv }).catch(
      (error) => {
        throw new Error(`${heading}: ${script}\n${error.stderr}`);
      },
    );
    expect({ heading, stderr }).toEqual({ heading, stderr: '' });
    expect(stdout, heading).not.toMatch(/^None$/m);
    const calls = (await readFile(env.CALLS as string, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as string[]);
    for (const args of calls)
      expect({ heading, empty: args.filter((one) => one === '' || one === 'None') }).toEqual({ heading, empty: [] });
  }
}, 180_000);

test('every command of the runbook that is ours exists, with its options', async () => {
  const { runOperator } = await import('../../ops/program.ts');
  const text = await readFile('docs/RUNBOOK.md', 'utf8');
  const lines = [...text.matchAll(/npm run (?:--silent )?ops -- ([^\n`]+)/g)].map(([, args = '']) => args.trim());
  expect(lines.length).toBeGreaterThan(12);
  for (const line of new Set(lines)) {
    const args = line
      .split(' ')
      .map((word) => word.replaceAll('"', '').replace('$VIDEO', RUNBOOK_VIDEO).replace('<videoId>', RUNBOOK_VIDEO));
    const printed = await printedBy(async () => void (await runOperator([...args, '--local', '/nowhere'])));
    expect([line, printed.at(-1)]).toEqual([line, expect.stringContaining('No system runs in /nowhere')]);
  }
});
