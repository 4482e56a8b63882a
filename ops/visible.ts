/**
 * Characters that a terminal obeys, or that change or hide what others show: controls (C0, C1), soft hyphens, marks and
 * overrides of direction, spaces without width, separators of lines.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern searches for them
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** A text from outside, with what cannot be seen in it made visible: `\u001b[31m`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, escaped);
}

/** JSON in which the same holds. Its own line breaks stay. `JSON.stringify` escapes only some of these characters. */
export function visibleJson(json: unknown, indent = 2): string {
  return JSON.stringify(json, null, indent).replace(UNSEEN, (character) =>
    character === '\n' ? character : escaped(character),
  );
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
