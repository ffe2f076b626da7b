import type { FieldList } from '../../http/client-request.ts';

/** Fields that may stand only once; of more, the first one counts, as in node:http. */
const single = new Set([
  ...['age', 'authorization', 'content-length', 'content-type', 'etag', 'expires', 'from', 'host'],
  ...['if-modified-since', 'if-unmodified-since', 'last-modified', 'location', 'max-forwards'],
  ...['proxy-authorization', 'referer', 'retry-after', 'server', 'user-agent'],
]);

/** The value of a field given in lower case; its lines joined where it has several. */
export function findValue(fields: FieldList, name: string): string | undefined {
  let found: string | undefined;
  for (let i = 0; i < fields.length; i += 2) {
    const key = fields[i] as string;
    if (key.length !== name.length || (key !== name && key.toLowerCase() !== name)) continue;
    const value = fields[i + 1] as string;
    if (found === undefined) found = value;
    else if (!single.has(name)) found += (name === 'cookie' ? '; ' : ', ') + value;
  }
  return found;
}

/** Every line by its name in lower case. */
export function linesByName(fields: FieldList): Record<string, string[] | undefined> {
  const lines = Object.create(null) as Record<string, string[] | undefined>;
  for (let i = 0; i < fields.length; i += 2) {
    const name = (fields[i] as string).toLowerCase();
    const value = fields[i + 1] as string;
    const known = lines[name];
    if (known === undefined) lines[name] = [value];
    else known.push(value);
  }
  return lines;
}
