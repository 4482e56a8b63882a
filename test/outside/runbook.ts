import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RUNBOOK_VIDEO, runbookSnippets, runbookStacks } from '../support/runbook.ts';
import { ENDPOINT, startAwsServices } from './aws-services.ts';

const run = promisify(execFile);

let bin: string;
let services: Awaited<ReturnType<typeof startAwsServices>>;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  bin = await mkdtemp(join(tmpdir(), 'runbook-'));
  // Our own commands are tried by `npm test`, and nobody needs to wait for the logs of a stand-in.
  for (const name of ['npm', 'sleep']) {
    await writeFile(join(bin, name), '#!/bin/sh\n');
    await chmod(join(bin, name), 0o755);
  }
  services = await startAwsServices(runbookStacks());
  env = {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: bin,
    VIDEO: RUNBOOK_VIDEO,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL: ENDPOINT,
    http_proxy: services.proxy,
    AWS_PAGER: '',
    AWS_MAX_ATTEMPTS: '1',
  };
});
afterAll(async () => {
  await services.close();
  await rm(bin, { recursive: true, force: true });
});

test('every snippet of the runbook is understood by the real aws, curl and bash', async () => {
  const { scripts } = await runbookSnippets();
  for (const { heading, script } of scripts) {
    // A pipe of the shell, since `/dev/stdout` cannot be opened where it is a socket, as Node makes one.
    const piped = `set -o pipefail\n{\n${script}\n} | cat`;
    const { stderr } = await run('bash', ['--norc', '-c', piped], { env }).catch((error) => {
      throw new Error(`${heading}: ${script.split('\n').slice(-6).join('\n')}\n${error.stderr}`);
    });
    expect({ heading, stderr }).toEqual({ heading, stderr: '' });
  }
  expect(services.calls().length).toBeGreaterThan(20);
});
