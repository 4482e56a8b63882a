/** The result of a step whose store this environment does not have: there is nothing in it. */
export const SKIPPED = { counts: {}, changed: false, skipped: true };
