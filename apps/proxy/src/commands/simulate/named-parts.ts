import { nearestName } from '@spillway/options';

/** How each part is read; null refuses. */
export type PartReaders = Readonly<Record<string, (text: string) => unknown>>;

/** The parts of `name=value` texts, or what is wrong with the first bad one. */
export function readParts<Value>(
  texts: readonly string[],
  readers: PartReaders,
): { parts: Partial<Value>; fault: string | null } {
  const parts: Record<string, unknown> = {};
  for (const text of texts) {
    const [name = '', ...rest] = text.split('=');
    const value = rest.join('=').trim();
    const reader = Object.hasOwn(readers, name.trim()) ? readers[name.trim()] : undefined;
    if (reader === undefined) return { parts: {}, fault: noSuchPart(name.trim(), readers) };
    const read = reader(value);
    if (read === null) {
      return { parts: {}, fault: `${name.trim()} cannot be ${JSON.stringify(value)}` };
    }
    parts[name.trim()] = read;
  }
  return { parts: parts as Partial<Value>, fault: null };
}

export function readNumber(text: string): number | null {
  return /^(\d+(\.\d+)?|\.\d+)$/.test(text) ? Number(text) : null;
}

/** 0 to 1, of `0.2` or `20%`. */
export function readShare(text: string): number | null {
  const percent = text.endsWith('%');
  const value = readNumber(percent ? text.slice(0, -1) : text);
  if (value === null) return null;
  const share = percent ? value / 100 : value;
  return share <= 1 ? share : null;
}

function noSuchPart(name: string, readers: PartReaders): string {
  const known = Object.keys(readers);
  const nearest = nearestName(name, known);
  const hint = nearest === null ? `there are ${known.join(', ')}` : `did you mean ${nearest}?`;
  return `there is no ${JSON.stringify(name)}; ${hint}`;
}
