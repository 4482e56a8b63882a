/** One thing that a store in memory holds, as text that can be compared. `place` says what kind of thing it is. */
export type Line = { place: string; text: string };
