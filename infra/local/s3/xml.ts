import { S3Error } from './errors.ts';

/** What an element holds: text, child elements by name (an array repeats the element), or nothing (left out). */
export type XmlContent = string | number | boolean | undefined | XmlFields | readonly XmlFields[];
export interface XmlFields {
  readonly [name: string]: XmlContent;
}

/** An element as read: attributes and namespaces are dropped, S3's request bodies have none that matter. */
export interface XmlElement {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const MAX_DEPTH = 8;

/** Text as it stands in XML; characters that XML 1.0 cannot carry become numeric references, as S3 sends them. */
export function escapeXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: keys may hold them, and they must not end up raw in XML.
  return text.replace(/[<>&"\u0000-\u001f]/g, (ch) => {
    const named = Object.entries(ENTITIES).find(([, value]) => value === ch)?.[0];
    return `&${named ?? `#${ch.charCodeAt(0)}`};`;
  });
}

function unescapeXml(text: string): string {
  return text.replace(/&(#x?[0-9a-f]+|\w+);/gi, (whole, body: string) => {
    if (!body.startsWith('#')) return ENTITIES[body] ?? whole;
    const code = body[1] === 'x' ? Number.parseInt(body.slice(2), 16) : Number.parseInt(body.slice(1), 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

function render(name: string, content: XmlContent): string {
  if (content === undefined) return '';
  if (Array.isArray(content)) return content.map((each: XmlFields) => render(name, each)).join('');
  return `<${name}>${typeof content === 'object' ? renderFields(content as XmlFields) : escapeXml(String(content))}</${name}>`;
}

function renderFields(fields: XmlFields): string {
  return Object.entries(fields)
    .map(([name, content]) => render(name, content))
    .join('');
}

/** An XML document with one root element in S3's namespace (errors have none). */
export function xmlDocument(root: string, fields: XmlFields, options: { namespace: boolean } = { namespace: true }) {
  const open = options.namespace ? `<${root} xmlns="${NAMESPACE}">` : `<${root}>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${open}${renderFields(fields)}</${root}>`;
}

/**
 * Reads the small XML bodies that S3 clients send.
 * @throws S3Error MalformedXML when it is not well-formed or has another root than `root`.
 */
export function parseXml(text: string, root: string): XmlElement {
  const malformed = () =>
    new S3Error(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  const top: XmlElement = { name: '', children: [], text: '' };
  const open: XmlElement[] = [top];
  const token = /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)(?:\w+:)?([\w.-]+)(?:\s[^<>]*?)?(\/?)>|([^<]+)/gy;
  let end = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    end = token.lastIndex;
    const [, closing, name, selfClosing, characters] = match;
    const current = open.at(-1) ?? top;
    if (characters !== undefined) {
      current.text += unescapeXml(characters);
    } else if (name !== undefined && closing === '/') {
      if (open.length < 2 || current.name !== name) throw malformed();
      open.pop();
    } else if (name !== undefined) {
      const element: XmlElement = { name, children: [], text: '' };
      current.children.push(element);
      if (selfClosing !== '/') open.push(element);
      if (open.length > MAX_DEPTH) throw malformed();
    }
  }
  const [element, ...more] = top.children;
  if (end !== text.length || open.length !== 1 || element?.name !== root || more.length > 0) throw malformed();
  return element;
}

/** The text of the first child of that name. */
export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}
