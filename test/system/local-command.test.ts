import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { userIdOf } from '../../platform/seed/accounts.ts';
import { readyVideosOf, videoPath } from '../support/api-client.ts';
import { type Child, startChild, untilGone } from '../support/child.ts';
import { newFolder, QUICK } from '../support/system.ts';

const READY = /\((\d+\.\d) s\)[\s\S]*(http:\/\/127\.0\.0\.1:\d+)\/\?as=ana[\s\S]*Ctrl-C/;
const [FIRST = '', SECOND = ''] = readyVideosOf('ana');

let folder: string;
const children: Child[] = [];
beforeAll(async () => {
  folder = await newFolder();
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(async () => {
  // One that a failed test left running is stopped as people do, so that its servers go with it.
  for (const child of children) child.interrupt();
  await Promise.all(children.splice(0).map(({ ended }) => ended));
});

function start(...args: string[]): Child {
  const child = startChild('bin/local.ts', ['--port', '0', '--folder', folder, ...args], QUICK);
  children.push(child);
  return child;
}

async function urlOf(child: Child): Promise<string> {
  const [, , url = ''] = await child.until(READY);
  return url;
}

/** The servers that the command starts beside itself: PostgreSQL, and Redis where it is installed. */
function servers(): number[] {
  const place = join(folder, 's3');
  const postgres = Number.parseInt(readFileSync(join(place, 'postgres', 'data', 'postmaster.pid'), 'utf8'), 10);
  const redis = join(place, 'cache', 'redis-server.json');
  return existsSync(redis) ? [postgres, JSON.parse(readFileSync(redis, 'utf8')).pid] : [postgres];
}

async function ask(url: string, method: string, videoId: string) {
  const signIn = await fetch(`${url}/local/accounts/${userIdOf('ana')}/token`, { method: 'POST' });
  const { token } = (await signIn.json()) as { token: string };
  const path = `${videoPath(videoId)}${method === 'GET' ? '/deletion' : ''}`;
  const answer = await fetch(url + path, { method, headers: { authorization: `Bearer ${token}` } });
  return { status: answer.status, body: (await answer.json()) as { state: string; deletionId: string } };
}

describe('npm start', { timeout: 60_000 }, () => {
  test('says where to go, shows a deletion as it runs, and Ctrl-C ends it and all that it started', async () => {
    const child = start();
    const url = await urlOf(child);
    const running = servers();
    for (const pid of running) expect(process.kill(pid, 0)).toBe(true);
    expect((await fetch(`${url}/api/v1/feed`)).status).toBe(200);
    expect((await ask(url, 'DELETE', FIRST)).status).toBe(202);
    await child.until(/deleteObjects\s+done.*13 objects/);

    child.interrupt();
    const { code, stderr } = await child.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const pid of [child.pid, ...running]) await untilGone(pid);
    expect(existsSync(join(folder, 's3', 'running.pid'))).toBe(false);
  });

  test('killed and started again on the same folder, it goes on with what was accepted', async () => {
    const killed = start();
    const before = await ask(await urlOf(killed), 'DELETE', SECOND);
    const orphans = servers();
    killed.kill();
    expect(await killed.ended).toMatchObject({ code: null });

    const url = await urlOf(start());
    for (const pid of orphans) await untilGone(pid);
    await expect.poll(async () => (await ask(url, 'GET', SECOND)).body.state).toBe('deleted');
    expect((await ask(url, 'GET', SECOND)).body.deletionId).toBe(before.body.deletionId);
  });

  test('a second one on a folder in use says so in one line, and leaves the first alone', async () => {
    const first = start();
    const url = await urlOf(first);
    const { code, stdout, stderr } = await start().ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      new RegExp(`^\\S+ is in use by process ${first.pid}: stop it, or choose another .*--folder\n$`),
    );
    expect((await fetch(`${url}/api/v1/feed`)).status).toBe(200);
  });
});
