import { S3Error } from './s3-error.ts';

/** An element of a request's document. Attributes (namespaces) are ignored; comments and CDATA are not supported. */
export type XmlNode = { name: string; text: string; children: XmlNode[] };

const TAG = /<(\/?)([A-Za-z][\w:.-]*)[^<>]*?(\/?)>/g;
const REFERENCE = /&(?:#x([0-9a-fA-F]+)|#(\d+)|(amp|lt|gt|quot|apos));/g;
const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** What XML 1.0 (2.2) cannot carry, not even as a reference. A lone half of a surrogate pair is among it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern searches for them
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;

function decode(text: string): string {
  const decoded = text.replace(REFERENCE, (_match, hex?: string, decimal?: string, name?: string) =>
    name ? (NAMED[name] ?? '') : String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal)),
  );
  if (FORBIDDEN.test(decoded)) throw new S3Error('MalformedXML');
  return decoded;
}

/**
 * Reads the root element, which must have this name.
 * @throws {S3Error} MalformedXML
 */
export function readXml(body: Buffer, rootName: string): XmlNode {
  const text = body.toString('utf8').replace(/^\uFEFF?\s*<\?xml[^>]*\?>/, '');
  const top: XmlNode = { name: '', text: '', children: [] };
  const open = [top];
  let end = 0;
  for (const match of text.matchAll(TAG)) {
    const [tag, closes, name = '', closesItself] = match;
    const inner = open.at(-1) as XmlNode;
    if (closes) {
      if (inner.name !== name || open.length === 1) throw new S3Error('MalformedXML');
      if (inner.children.length === 0) inner.text = decode(text.slice(end, match.index));
      open.pop();
    } else {
      const node: XmlNode = { name, text: '', children: [] };
      inner.children.push(node);
      if (!closesItself) open.push(node);
    }
    end = match.index + tag.length;
  }
  const root = top.children[0];
  if (open.length !== 1 || root?.name !== rootName) throw new S3Error('MalformedXML');
  return root;
}

/** The text of the child with this name. */
export const textOf = (node: XmlNode, name: string): string | undefined =>
  node.children.find((child) => child.name === name)?.text;

export const childrenOf = (node: XmlNode, name: string): XmlNode[] =>
  node.children.filter((child) => child.name === name);
