import type { Environment } from './environment.ts';
import { UNDO_SECONDS } from './service-level.ts';

/** The configuration of the page, which it reads from `/config.json`. */
export type PageConfiguration = {
  undoSeconds: number;
  /** Whether whoever has a video's address may play it while its deletion waits. Absent: no. */
  playableWhileWaiting?: boolean;
  /** Absent: nobody can sign in. */
  signIn?: { issuer: string; clientId: string; scope?: string; audience?: string };
};

/** Where the users of the sample platform sign in. */
export type SampleSignIn = { url: string; clientId: string; origins: readonly string[] };

/** The page's configuration in this environment. Users sign in at the issuer whose tokens the API accepts. */
export function pageConfiguration({ rules, platform, signIn }: Environment, sample?: SampleSignIn): PageConfiguration {
  const { undoSeconds = UNDO_SECONDS, playableWhileWaiting = false } = rules ?? {};
  const window = { undoSeconds, ...(playableWhileWaiting && { playableWhileWaiting }) };
  if (platform === 'sample')
    return { ...window, ...(sample && { signIn: { issuer: sample.url, clientId: sample.clientId } }) };
  if (!signIn) return window;
  const { clientId, scope, audience } = signIn;
  const asked = { ...(scope && { scope }), ...(audience && { audience }) };
  return { ...window, signIn: { issuer: platform.issuer.url, clientId, ...asked } };
}

/** The origins that the page calls to sign in: the issuer's, and those that the environment adds. */
export function signInOrigins({ platform, signIn }: Environment, sample?: SampleSignIn): readonly string[] {
  if (platform === 'sample') return sample?.origins ?? [];
  if (!signIn) return [];
  return [...new Set([new URL(platform.issuer.url).origin, ...(signIn.origins ?? [])])];
}
