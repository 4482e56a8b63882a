import type { VideoApi } from '../client/createVideoApi.ts';
import type { Account } from './localSignIn.ts';

/**
 * Whom the API takes the caller for: a token of another provider's says nothing of names and admins that could be relied on.
 * The name is the platform's to tell, and the page does without one.
 */
export async function readAccount(api: Pick<VideoApi, 'me' | 'deletions'>): Promise<Account> {
  const [user, { sees }] = await Promise.all([api.me().catch(() => undefined), api.deletions({ limit: 1 })]);
  return { userId: user?.id ?? '', username: user?.username ?? '', role: sees === 'all' ? 'admin' : 'owner' };
}
