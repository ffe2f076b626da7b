/** Field names and values in turn, as undici read them off the wire. */
export type RawFields = readonly Buffer[];

/** Latin-1 keeps every byte of a field value (obs-text, RFC 9110 section 5.5). */
export const latin1 = (bytes: Buffer | undefined): string => bytes?.toString('latin1') ?? '';

/** The first value of a field given in lower case; null when it is absent. */
export function findField(raw: RawFields, name: string): string | null {
  for (let i = 0; i < raw.length; i += 2) {
    if (raw[i]?.length !== name.length) continue;
    if (latin1(raw[i]).toLowerCase() === name) return latin1(raw[i + 1]);
  }
  return null;
}
