/** Where users sign in, as the issuer's discovery document leads to it. `scope` is `openid` if absent. */
export type SignInConfiguration = { issuer: string; clientId: string; scope?: string };

/** What the page has to know of its environment. Without `signIn` there are the accounts of the local system. */
export type Configuration = { undoSeconds: number; signIn?: SignInConfiguration };

const USUAL: Configuration = { undoSeconds: 10 };

/** Read from beside the page, so that one build serves every environment; what cannot be read is as usual. */
export async function readConfiguration(): Promise<Configuration> {
  try {
    const answer = await fetch('/config.json');
    return answer.ok ? { ...USUAL, ...(await answer.json()) } : USUAL;
  } catch {
    return USUAL;
  }
}
