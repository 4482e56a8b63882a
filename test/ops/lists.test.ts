import { execFile, spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chunksOf } from '../../functions/deletion/chunks-of.ts';
import type { Tombstone } from '../../functions/deletion/record/tombstone.ts';
import manifest from '../../package.json' with { type: 'json' };
import { aTombstone } from '../support/a-tombstone.ts';
import { PATIENCE } from '../support/patience.ts';
import { type OpsSystem, openOpsSystem, runOps } from './run-ops.ts';

const HOUR = 3_600_000;
const ago = (milliseconds: number) => new Date(Date.now() - milliseconds).toISOString();

/** A deletion without work: nothing sweeps it up. */
function resting(overrides: Partial<Tombstone>): Tombstone {
  const { dueAt: _, sweepAt: __, ...rest } = aTombstone({ ownerId: uuidv7(), ...overrides });
  return rest;
}

function failedWith(code: string, requestedAt: string): Tombstone {
  const one = resting({ state: 'failed', requestedAt });
  return {
    ...one,
    steps: { ...one.steps, deleteObjects: { ...one.steps.deleteObjects, state: 'failed', error: code } },
  };
}

const OVERDUE = [5, 4, 3].map((hours) =>
  resting({ state: 'running', requestedAt: ago(hours * HOUR), undoableUntil: ago(hours * HOUR) }),
);
const OPEN = resting({ state: 'settling', requestedAt: ago(60_000), undoableUntil: ago(60_000) });
const WAITING = Array.from({ length: 120 }, (_, n) =>
  resting({
    state: 'pending',
    requestedAt: ago(6 * HOUR + n * 1_000),
    undoableUntil: new Date(Date.now() + 24 * HOUR).toISOString(),
  }),
);
const DENIED = failedWith('AccessDenied', ago(2 * HOUR));
const SLOW = failedWith('SlowDown', ago(50 * HOUR));
const ENDED = resting({
  state: 'deleted',
  requestedAt: ago(9 * HOUR),
  undoableUntil: ago(9 * HOUR),
  deletedAt: ago(8 * HOUR),
});
const ALL = [...OVERDUE, OPEN, ...WAITING, DENIED, SLOW, ENDED];

let system: OpsSystem;
beforeAll(async () => {
  system = await openOpsSystem();
  // A few at a time: all at once would wait for their connections for too long on a busy machine.
  for (const some of chunksOf(ALL, 10))
    await Promise.all(some.map((one) => system.ports.tombstones.write(undefined, one)));
});
afterAll(async () => {
  await system?.stop();
  await rm(system.folder, { recursive: true, force: true });
});

const idsOf = (all: readonly Tombstone[]) => all.map(({ videoId }): string => videoId);

async function listed(...args: string[]): Promise<string[]> {
  const { stdout, code } = await system.ops(['list', '--json', ...args]);
  expect(code).toBe(0);
  return (JSON.parse(stdout) as { deletions: { videoId: string }[] }).deletions.map(({ videoId }) => videoId);
}

test('list finds what is overdue, open or waiting, the newest first', async () => {
  expect(await listed('--overdue')).toEqual(idsOf(OVERDUE.toReversed()));
  expect(await listed('--open')).toEqual(idsOf([OPEN, ...OVERDUE.toReversed()]));
  expect(await listed('--waiting', '--limit', '3')).toHaveLength(3);
  expect((await listed('--waiting', '--all')).sort()).toEqual(idsOf(WAITING).sort());
  expect(await listed('--state', 'failed,deleted', '--since', '3d')).toEqual(idsOf([DENIED, ENDED, SLOW]));
  expect(await listed('--state', 'failed', '--state', 'deleted', '--until', '3h')).toEqual(idsOf([ENDED, SLOW]));
  expect(await listed('--overdue', '--sort', 'oldest')).toEqual(idsOf(OVERDUE));
  expect(await listed('--owner', DENIED.ownerId)).toEqual(idsOf([DENIED]));
});

test('list fits 80 columns as a table, and says all in the other forms', async () => {
  const [table, wide, csv, jsonl] = await Promise.all(
    ['table', 'wide', 'csv', 'jsonl'].map((format) => system.ops(['list', '--state', 'failed', '-o', format])),
  );
  const lines = table?.stdout.trimEnd().split('\n') ?? [];
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  expect(lines[1]).toMatch(new RegExp(`^${DENIED.videoId} +failed +2 h +a replay: delete`));
  expect(wide?.stdout).toMatch(new RegExp(`${DENIED.videoId} +failed +${DENIED.ownerId} +\\S+ \\S+Z .*AccessDenied`));
  expect(csv?.stdout.split('\n')[1]).toMatch(
    new RegExp(`^${DENIED.videoId},failed,${DENIED.ownerId},\\S+,a replay: deleteObjects AccessDenied`),
  );
  const [first, second, ...more] = jsonl?.stdout.trimEnd().split('\n') ?? [];
  expect(more).toEqual([]);
  expect([first, second].map((line) => JSON.parse(line ?? '').videoId)).toEqual(idsOf([DENIED, SLOW]));
});

test('stats are right to the unit', async () => {
  const [json, text] = await Promise.all([
    system.ops(['stats', '--since', '24h', '--json']),
    system.ops(['stats', '--since', '24h']),
  ]);
  const { requested, states, now, failures, hours } = JSON.parse(json.stdout);
  expect({ requested, states, now, failures }).toEqual({
    requested: ALL.length - 1,
    states: { running: 3, settling: 1, pending: WAITING.length, failed: 1, deleted: 1 },
    now: { waiting: WAITING.length, open: 4, failed: 2, held: 0 },
    failures: [{ step: 'deleteObjects', code: 'AccessDenied', count: 1 }],
  });
  const withEnd = (hours as { seconds?: { p50: number } }[]).flatMap(({ seconds }) => seconds?.p50 ?? []);
  expect(withEnd.map(Math.round)).toEqual([3_600]);
  expect(text.stdout).toMatch(/now +120 waiting, 4 open, 2 failed, 0 held/);
});

test('watch follows one deletion to its rest, and the numbers of all', async () => {
  const one = await system.ops(['watch', DENIED.videoId]);
  expect(one).toMatchObject({ code: 1, stdout: expect.stringMatching(/Z {2}failed, 0\/7 steps.*\n.* is failed\./s) });
  const all = await system.ops(['watch', '--for', '1s', '--interval', '1s']);
  expect(all).toMatchObject({ code: 0, stdout: expect.stringMatching(/Z {2}120 waiting, 4 open, 2 failed, 0 held\n/) });
  expect((await system.ops(['watch', uuidv7()])).stderr).toContain('There is no deletion');
});

test('replay chooses among the failed ones', async () => {
  const wrong = await system.ops(['replay', DENIED.videoId, '--code', 'AccessDenied']);
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('use them with --all') });
  const none = await system.ops(['replay', '--all', '--yes', '--code', 'NoSuchBucket', '--json']);
  expect(JSON.parse(none.stdout)).toEqual({ replayed: [] });
  const recent = await system.ops(['replay', '--all', '--yes', '--since', '3d', '--code', 'SlowDown', '--json']);
  expect(JSON.parse(recent.stdout).replayed).toMatchObject([{ videoId: SLOW.videoId, state: 'running' }]);
  expect((await system.ports.tombstones.find(DENIED.videoId))?.state).toBe('failed');
});

test('dead-letters shows what is there, and leaves it there for redrive', async () => {
  const client = new SQSClient({});
  const QueueUrl = system.settings.CLEANUP_DLQ_URL;
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ videoId: ENDED.videoId }) }));
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'no JSON \u202e' }));
  client.destroy();
  await expect
    .poll(async () => (await system.ops(['dead-letters'])).stdout, { timeout: PATIENCE })
    .toMatch(new RegExp(`${ENDED.videoId} +\\S+ \\S+Z`));
  const again = await system.ops(['dead-letters', '--json']);
  expect(again.code).toBe(1);
  expect(again.stdout).not.toContain('\u202e');
  expect(JSON.parse(again.stdout).deadLetters).toMatchObject([
    { videoId: ENDED.videoId, body: expect.any(String) },
    { body: expect.stringContaining('JSON') },
  ]);
});

test('errors are JSON with --json, and tell a store that is down from something found', async () => {
  const environment = {
    ...{ DELETIONS_TABLE: 'deletions', AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1', AWS_REGION: 'us-east-1' },
    ...{ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
  };
  const down = await runOps(['list', '--json'], { environment });
  expect(down).toMatchObject({ code: 3, stdout: '' });
  expect(JSON.parse(down.stderr.slice(down.stderr.indexOf('{')))).toEqual({
    error: { code: expect.any(String), message: expect.stringContaining('ECONNREFUSED') },
  });
  const unknown = await system.ops(['watch', uuidv7(), '--json']);
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toMatch(/"code": "NotDone"/);
});

test('it has a version, completes its words in a shell, and ends in peace when nobody reads on', async () => {
  expect(await runOps(['--version'])).toMatchObject({ code: 0, stdout: `${manifest.version}\n` });
  const { stdout: script } = await runOps(['completion', 'bash']);
  const complete = (...words: string[]) => {
    const line = `${script}\nCOMP_WORDS=(video-deletion ${words.map((word) => `"${word}"`).join(' ')}); COMP_CWORD=${words.length}; _video_deletion; echo "\${COMPREPLY[*]}"`;
    return spawnSync('bash', ['-c', line], { encoding: 'utf8' }).stdout.trim();
  };
  expect(complete('over')).toBe('');
  expect(complete('dead')).toBe('dead-letters');
  expect(complete('list', '--over')).toBe('--overdue');
  expect(complete('dead-letters', 'ed')).toBe('edge');
  expect((await runOps(['completion', 'zsh'])).stdout).toMatch(/^autoload -U \+X bashcompinit/);
  // The system runs in this process, so nothing here may wait without letting it answer.
  const piped = `set -o pipefail; "${process.execPath}" bin/ops.ts list --all -o jsonl --local "${system.folder}" | head -1`;
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  const { stdout, stderr } = await promisify(execFile)('bash', ['-c', piped], { env });
  expect(stdout).toMatch(/^\{"videoId".*\n$/);
  expect(stderr).not.toContain('EPIPE');
});
