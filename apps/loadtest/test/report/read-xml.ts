export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
}

const attribute = /\s+([\w-]+)="([^"<]*)"/y;

/** Enough of XML 1.0 for what is written here; throws where it is not well-formed. */
export function readXml(text: string): XmlElement[] {
  const root: XmlElement = { name: '', attributes: {}, children: [] };
  const open = [root];
  const body = text.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '');
  if (body === text) throw new Error('no XML declaration');
  for (const part of body.match(/<[^>]*>|[^<]+/g) ?? []) {
    if (!part.startsWith('<')) {
      if (part.trim() !== '') throw new Error(`text: ${part}`);
    } else if (part.startsWith('</')) {
      const closed = open.pop();
      if (part !== `</${closed?.name}>`) throw new Error(`${part} closes ${closed?.name}`);
    } else {
      const element = readElement(part);
      open.at(-1)?.children.push(element);
      if (!part.endsWith('/>')) open.push(element);
    }
  }
  if (open.length !== 1) throw new Error(`${open.at(-1)?.name} is not closed`);
  return root.children;
}

function readElement(tag: string): XmlElement {
  const name = /^<([\w-]+)/.exec(tag)?.[1] ?? '';
  const attributes: Record<string, string> = {};
  attribute.lastIndex = 1 + name.length;
  let end = attribute.lastIndex;
  for (let found = attribute.exec(tag); found; found = attribute.exec(tag)) {
    attributes[found[1] ?? ''] = plainText(found[2] ?? '');
    end = attribute.lastIndex;
  }
  if (name === '' || !/^\s*\/?>$/.test(tag.slice(end))) throw new Error(`not an element: ${tag}`);
  return { name, attributes, children: [] };
}

const entities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

function plainText(text: string): string {
  return text.replace(/&[^;]*;?/g, (entity) => {
    const sign = entities[entity];
    if (sign === undefined) throw new Error(`unknown entity ${entity}`);
    return sign;
  });
}
