/** What the page has to know of its environment. */
export type Configuration = { undoSeconds: number };

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
