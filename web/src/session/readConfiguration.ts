/**
 * Where users sign in. The page finds the addresses in the issuer's discovery document. `scope` defaults to `openid`.
 * `audience`: the API that the token is for, where a provider wants to be asked.
 */
export type SignInConfiguration = { issuer: string; clientId: string; scope?: string; audience?: string };

/** What a dialog has to say of a deletion that waits. */
export type UndoWindow = {
  /** For how many seconds a deletion can be undone. */
  undoSeconds: number;
  /** True if whoever has a video's address may play it meanwhile. */
  playableWhileWaiting?: boolean;
};

/** The page's settings in its environment. Without `signIn`, users choose one of the accounts of the local system. */
export type Configuration = UndoWindow & { signIn?: SignInConfiguration };

const DEFAULTS: Configuration = { undoSeconds: 10 };

/** Reads `config.json` next to the page, so that one build serves every environment. If that fails, defaults apply. */
export async function readConfiguration(): Promise<Configuration> {
  try {
    const answer = await fetch('/config.json');
    return answer.ok ? { ...DEFAULTS, ...(await answer.json()) } : DEFAULTS;
  } catch {
    return DEFAULTS;
  }
}
