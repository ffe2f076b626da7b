export type SourceKind = 'flag' | 'environment' | 'file' | 'preset' | 'default';

/** Who set a value, and in which words. */
export interface ValueSource {
  readonly from: SourceKind;
  /** `--read-timeout`, `SPILLWAY_READ_TIMEOUT`, `proxy_config.json:12`, `quick`, `same as --read-timeout`. */
  readonly where: string;
  /** As written there; null for presets and defaults. */
  readonly literal: string | null;
}

/** `flag --read-timeout`, `file proxy_config.json:12`, `default`. */
export function describeSource({ from, where }: ValueSource): string {
  return where === '' ? from : `${from} ${where}`;
}
