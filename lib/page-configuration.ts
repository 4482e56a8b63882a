import type { Environment } from './environment.ts';
import { UNDO_SECONDS } from './service-level.ts';

/** The configuration of the page, which it reads from `/config.json`. */
export type PageConfiguration = {
  undoSeconds: number;
  /** Absent: nobody can sign in. */
  signIn?: { issuer: string; clientId: string; scope?: string };
};

/** The page's configuration in this environment. Users sign in at the issuer whose tokens the API accepts. */
export function pageConfiguration({ rules, platform, signIn }: Environment): PageConfiguration {
  const { undoSeconds = UNDO_SECONDS } = rules ?? {};
  if (!signIn || platform === 'sample') return { undoSeconds };
  const { clientId, scope } = signIn;
  return { undoSeconds, signIn: { issuer: platform.issuer.url, clientId, ...(scope && { scope }) } };
}

/** The origins that the page calls to sign in: the issuer's, and those that the environment adds. */
export function signInOrigins({ platform, signIn }: Environment): string[] {
  if (!signIn || platform === 'sample') return [];
  return [...new Set([new URL(platform.issuer.url).origin, ...(signIn.origins ?? [])])];
}
