/** The role of an account. A disabled account can sign in, but the API refuses its requests. */
export type Role = 'owner' | 'admin' | 'disabled';

/**
 * The accounts of the sample platform. Their ids are the same on every machine, so that links and tokens can be shared.
 */
export const ACCOUNTS = [
  { userId: '01936b4e-0000-7000-8000-00000000a001', username: 'ana', role: 'owner' },
  { userId: '01936b4e-0000-7000-8000-00000000b002', username: 'ben', role: 'owner' },
  { userId: '01936b4e-0000-7000-8000-00000000c003', username: 'rosa', role: 'admin' },
  { userId: '01936b4e-0000-7000-8000-00000000d004', username: 'max', role: 'disabled' },
] as const satisfies readonly { userId: string; username: string; role: Role }[];

export type Username = (typeof ACCOUNTS)[number]['username'];

/** The id of the account with this name. */
export function userIdOf(username: Username): string {
  const account = ACCOUNTS.find((candidate) => candidate.username === username);
  if (!account) throw new Error(`No sample account is called ${username}`);
  return account.userId;
}
