/** The result of a step whose store this environment does not have, so there is nothing to delete. */
export const SKIPPED = { counts: {}, changed: false, skipped: true };
