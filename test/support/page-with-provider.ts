import { afterEach, beforeEach } from 'vitest';
import { contentSecurityPolicy } from '../../lib/constructs/page/page-headers.ts';
import { builtPage } from './built-page.ts';
import { OWNER } from './canned-videos.ts';
import { type OpenIdProvider, startOpenIdProvider } from './open-id-provider.ts';
import { usePage } from './page.ts';

/**
 * The page as deployed: with a deployment's policy, and a configuration that names a provider. `userId` is the user
 * that the provider knows.
 */
export function usePageWithProvider() {
  const known = { userId: OWNER, provider: undefined as unknown as OpenIdProvider };
  const it = usePage(builtPage, () => contentSecurityPolicy({ signIn: [known.provider.url] }));

  const configure = (configuration: object) =>
    it.page.route('**/config.json', (request) => request.fulfill({ json: { undoSeconds: 30, ...configuration } }));

  beforeEach(async () => {
    known.userId = OWNER;
    known.provider = await startOpenIdProvider(async () => {
      const answer = await fetch(`${it.url}/local/accounts/${known.userId}/token`, { method: 'POST' });
      return ((await answer.json()) as { token: string }).token;
    });
    known.provider.pageUrl = `${it.url}/`;
    await configure({ signIn: { issuer: known.provider.url, clientId: known.provider.clientId } });
  });
  afterEach(() => known.provider.stop());

  return Object.assign(it, {
    known,
    configure,
    signIn: () => it.page.getByRole('button', { name: 'Sign in', exact: true }).click(),
    told: (text: string) => it.page.getByRole('alert').filter({ hasText: text }).waitFor(),
  });
}
