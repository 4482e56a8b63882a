import { send } from '../client/send.ts';

/** An account of the sample platform. The local system asks for no password. */
export type Account = { userId: string; username: string; role: string };

/** The accounts of the local system. Anybody on this machine may sign in with each of them. */
export async function listAccounts(): Promise<Account[]> {
  const answer = await send({ method: 'GET', path: '/local/accounts' });
  return (await answer.json()).accounts;
}

/** @returns an access token */
export async function signIn(userId: string): Promise<string> {
  const answer = await send({ method: 'POST', path: `/local/accounts/${encodeURIComponent(userId)}/token` });
  return (await answer.json()).token;
}
