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
