import { send } from '../client/send.ts';

/** An account of the sample platform. On one machine there is no password. */
export type Account = { userId: string; username: string; role: string };

/** The accounts that the local system lets one sign in as. */
export async function listAccounts(): Promise<Account[]> {
  const answer = await send({ method: 'GET', path: '/local/accounts' });
  return (await answer.json()).accounts;
}

/** @returns an access token */
export async function signIn(userId: string): Promise<string> {
  const answer = await send({ method: 'POST', path: `/local/accounts/${encodeURIComponent(userId)}/token` });
  return (await answer.json()).token;
}
