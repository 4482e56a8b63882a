import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { printedBy } from '../support/printed.ts';
import { templatesOf } from '../support/synthesised.ts';

const run = promisify(execFile);

/** The snippets of the runbook, one after the other, with the heading that each stands under. */
async function snippets(): Promise<{ heading: string; script: string }[]> {
  const text = await readFile('docs/RUNBOOK.md', 'utf8');
  return text.split(/^#+ /m).flatMap((section) => {
    const heading = section.split('\n')[0] ?? '';
    return [...section.matchAll(/(?:^ {4}.*\n)+/gm)].map(([block]) => ({
      heading,
      script: block.replaceAll(/^ {4}/gm, ''),
    }));
  });
}

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
  const [key] = Object.keys(stack.outputs).filter((name) => name.includes(part));
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
  const { state, service, observability } = templatesOf('prod');
  const stacks = Object.fromEntries(
    Object.entries({ State: state, Service: service, Observability: observability }).map(([name, template]) => [
      name,
      {
        outputs: template.findOutputs('*'),
        resources: Object.fromEntries(
          Object.entries(template.toJSON().Resources as Record<string, { Type: string }>).map(([id, { Type }]) => [
            id,
            Type,
          ]),
        ),
      },
    ]),
  );
  await writeFile(join(folder, 'stacks.json'), JSON.stringify(stacks));
  env = {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: process.env.HOME,
    STACKS: join(folder, 'stacks.json'),
    CALLS: join(folder, 'calls'),
    VIDEO: '01936b4e-0002-7000-8000-000000000001',
    TOKEN: 'token',
  };
}, 180_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test('every snippet of the runbook runs in a shell as it is written, and finds what it names', async () => {
  const all = await snippets();
  const [definitions, ...rest] = all;
  expect(rest.length).toBeGreaterThan(25);
  expect(definitions?.script).toContain('STAGE=prod');
  const functions = all
    .filter(({ script }) => /^\w+\(\) \{/m.test(script))
    .map(({ script }) => script)
    .join('\n');
  for (const { heading, script } of rest) {
    await rm(env.CALLS as string, { force: true });
    const whole = `set -eu\n${definitions?.script}\nTOKEN=token\n${functions}\n${script.replaceAll(/<videoId>/g, '$VIDEO')}`;
    const { stdout, stderr } = await run('bash', ['--norc', '-c', whole], { env: env as NodeJS.ProcessEnv }).catch(
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
      .map((word) =>
        word
          .replaceAll('"', '')
          .replace('$VIDEO', '01936b4e-0002-7000-8000-000000000001')
          .replace('<videoId>', '01936b4e-0002-7000-8000-000000000001'),
      );
    const printed = await printedBy(async () => void (await runOperator([...args, '--local', '/nowhere'])));
    expect([line, printed.at(-1)]).toEqual([line, expect.stringContaining('No system runs in /nowhere')]);
  }
});
