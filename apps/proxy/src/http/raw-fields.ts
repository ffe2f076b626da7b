/** Field names and values in turn as they were read off the wire, a character for each byte. */
export type RawFields = readonly string[];

/** The first value of a field given in lower case; null when it is absent. */
export function findField(raw: RawFields, name: string): string | null {
  for (let i = 0; i < raw.length; i += 2) {
    const one = raw[i] as string;
    if (one.length === name.length && one.toLowerCase() === name) return raw[i + 1] as string;
  }
  return null;
}

/** Takes all lines of these names (in lower case) out of a list of names and values in turn. */
export function dropFields(fields: string[], names: readonly string[]): void {
  let kept = 0;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    if (names.includes(name.toLowerCase())) continue;
    fields[kept++] = name;
    fields[kept++] = fields[i + 1] as string;
  }
  fields.length = kept;
}
