import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { sendRaw } from '../../support/http.ts';

let folder: string;
let gateway: TestGateway;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'statics-'));
  mkdirSync(join(folder, 'web', 'assets'), { recursive: true });
  mkdirSync(join(folder, 'web-next'));
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'web-next', 'page.txt'), 'secret');
  writeFileSync(join(folder, 'web', 'index.html'), '<p>page</p>');
  writeFileSync(join(folder, 'web', 'assets', 'page-1a2b.js'), 'export {}');
  symlinkSync(join(folder, 'secret.txt'), join(folder, 'web', 'link.txt'));
  symlinkSync(join(folder, 'web-next'), join(folder, 'web', 'next'));
  gateway = await startTestGateway({ statics: join(folder, 'web') });
});
afterAll(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true });
});

test('the root is the page, under a policy that allows nothing inline', async () => {
  const answer = await sendRaw(gateway.url, 'GET', '/?as=ada');
  expect(answer).toMatchObject({ status: 200, body: '<p>page</p>' });
  const policy = String(answer.headers['content-security-policy']);
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toContain('unsafe');
  expect(answer.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  });
});

test('what is named by its content may be kept for ever', async () => {
  const answer = await sendRaw(gateway.url, 'GET', '/assets/page-1a2b.js');
  expect(answer.headers['content-type']).toMatch(/^text\/javascript/);
  expect(answer.headers['cache-control']).toContain('immutable');
});

test('HEAD tells the length and sends nothing', async () => {
  const answer = await sendRaw(gateway.url, 'HEAD', '/');
  expect(answer).toMatchObject({ status: 200, body: '', headers: { 'content-length': '11' } });
});

test.each([
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/..%5c..%5csecret.txt',
  '/assets/../../secret.txt',
  '/../web-next/page.txt',
  '/link.txt',
  '/next/page.txt',
  '/assets',
  '/assets/',
  '/nothing.js',
  '/index.html%00.js',
  '/%',
])('%s is not found', async (path) => {
  expect(await sendRaw(gateway.url, 'GET', path)).toMatchObject({ status: 404, body: '{"message":"Not Found"}' });
});

test('files are read, never written to', async () => {
  expect((await sendRaw(gateway.url, 'POST', '/')).status).toBe(404);
});
