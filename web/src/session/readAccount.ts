import type { VideoApi } from '../client/createVideoApi.ts';
import type { Account } from './localSignIn.ts';

/**
 * Asks the API who the caller is. Providers differ in how a token states names and admin rights, so the page does not
 * read the token. The name comes from the platform. The page works without a name.
 */
export async function readAccount(api: Pick<VideoApi, 'me' | 'deletions'>): Promise<Account> {
  const [user, { sees }] = await Promise.all([api.me().catch(() => undefined), api.deletions({ limit: 1 })]);
  return { userId: user?.id ?? '', username: user?.username ?? '', role: sees === 'all' ? 'admin' : 'owner' };
}
