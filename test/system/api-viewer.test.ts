import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway } from '../../local/gateway/gateway.ts';
import { serveDescription } from '../../local/gateway/serve-description.ts';
import { launchBrowser } from '../support/browser.ts';

let gateway: Awaited<ReturnType<typeof startGateway>>;
let browser: Browser;
beforeAll(async () => {
  const jwt = { issuer: 'http://issuer.test', audience: 'videos', jwksUri: 'http://127.0.0.1' };
  gateway = await startGateway({ routes: [], jwt, mounts: [serveDescription] });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await gateway?.stop();
});

test('the viewer shows the API from its description, and asks no other server', async () => {
  const page = await browser.newPage();
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(`${gateway.url}/local/api`);
  await page.getByText('/api/v1/videos/{videoId}/deletion/undo', { exact: true }).waitFor();
  await page.screenshot({ path: 'test-results/api-viewer.png' });
  expect(asked.filter((url) => !url.startsWith(gateway.url) && !url.startsWith('data:'))).toEqual([]);
  expect(complaints).toEqual([]);
});
