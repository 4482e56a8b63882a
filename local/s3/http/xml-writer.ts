const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
// biome-ignore lint/suspicious/noControlCharactersInRegex: keys may hold control characters, and they must come back
const SPECIAL = /[&<>"\u0000-\u001f\u007f-\u009f\u2028\ufffe\uffff]/g;
const NAMED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A name with a text or with child elements. Undefined leaves the element out. */
export type XmlElement = readonly [name: string, value: string | number | boolean | undefined | readonly XmlElement[]];

const escapeText = (text: string) =>
  text.replace(SPECIAL, (character) => NAMED[character] ?? `&#x${character.charCodeAt(0).toString(16)};`);

function write([name, value]: XmlElement): string {
  if (value === undefined) return '';
  const content = typeof value === 'object' ? value.map(write).join('') : escapeText(String(value));
  return `<${name}>${content}</${name}>`;
}

/**
 * An XML document in S3's form. Line breaks and control characters in a text are written as character references, so
 * that parsers keep them.
 */
export function writeXml(root: string, elements: readonly XmlElement[]): string {
  const namespace = root === 'Error' ? '' : ` xmlns="${NAMESPACE}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace}>${elements.map(write).join('')}</${root}>`;
}
