import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type Mount, startGateway } from '../../local/gateway/gateway.ts';
import { serveFolder } from '../../local/gateway/statics.ts';
import { createIssuer } from '../../local/sign-in/issuer.ts';
import { createSignIn } from '../../local/sign-in/sign-in.ts';
import { launchBrowser } from './browser.ts';
import { builtPage } from './built-page.ts';
import { type CannedApi, createCannedApi } from './canned-api.ts';
import { ACCOUNTS } from './canned-videos.ts';
import { actionsOn, type Opened, watched } from './page-actions.ts';

export { LAST_TITLE, TITLE } from './page-actions.ts';

type Current = Opened & { api: CannedApi; browser: Browser };

/**
 * The built page in a real browser, with a canned API. It registers hooks in the calling test file. Each test gets a
 * new page, and fails if the browser reports an error that the test has not taken out of `complaints`. `policy` is a
 * content security policy instead of the local system's.
 */
export function usePage(statics: () => Promise<string> = builtPage, policy?: () => string) {
  const current = {} as Current;
  let built: string;
  let provider: Awaited<ReturnType<typeof startProvider>>;
  let stop: () => Promise<unknown>;

  beforeAll(async () => {
    built = await statics();
    [current.browser, provider] = await Promise.all([launchBrowser(), startProvider()]);
  });
  afterAll(async () => {
    await current.browser?.close();
    await provider?.stop();
  });
  beforeEach(async () => {
    const api = await createCannedApi();
    const platform = await provider.startPlatform(api, policy ? serveWithPolicy(built, policy) : serveFolder(built));
    stop = platform.stop;
    Object.assign(current, { api, url: platform.url, complaints: [] });
    current.context = await current.browser.newContext({ viewport: { width: 1000, height: 760 } });
    current.page = watched(await current.context.newPage(), current);
  });
  afterEach(async () => {
    for (const context of current.browser.contexts()) await context.close();
    await stop();
    expect(current.api.mistakes).toEqual([]);
    expect(current.complaints).toEqual([]);
  });
  return Object.assign(current, actionsOn(current));
}

/** What signs people in, for all tests of a file: its key takes long to make. */
async function startProvider() {
  const who = { issuer: 'http://issuer.test', audience: 'videos' };
  const signIn = createSignIn({ issuer: await createIssuer(who), accounts: () => ACCOUNTS });
  const provider = await startGateway({ routes: [], jwt: { ...who, jwksUri: 'http://127.0.0.1' }, mounts: [signIn] });
  const jwt = { ...who, jwksUri: `${provider.url}/local/jwks.json` };
  return {
    stop: provider.stop,
    startPlatform: (api: CannedApi, page: Mount) =>
      startGateway({ routes: api.routes, jwt, mounts: [signIn, api.mount, page] }),
  };
}

function serveWithPolicy(folder: string, policy: () => string): Mount {
  const serve = serveFolder(folder);
  return (request, response) => {
    const writeHead = response.writeHead.bind(response) as (
      status: number,
      headers: OutgoingHttpHeaders,
    ) => ServerResponse;
    response.writeHead = ((status: number, headers: OutgoingHttpHeaders) =>
      writeHead(status, { ...headers, 'content-security-policy': policy() })) as ServerResponse['writeHead'];
    return serve(request, response);
  };
}
