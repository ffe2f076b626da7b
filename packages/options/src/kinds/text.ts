import type { ValueKind } from '../value-kind.ts';
import { parsed } from './parsed.ts';

interface TextRules {
  /** What help shows behind the flag, e.g. `<host>`. */
  readonly placeholder: string;
  /** To follow "must be", e.g. `a host name or an IP address`. */
  readonly allowed: string;
  /** The text as code receives it; null refuses. */
  read(text: string): string | null;
  /** A remark on a refused text where a common mistake is recognised. */
  explain?(text: string): string | null;
}

/** A string with rules of its own: a host, an address range, an origin. */
export function text(rules: TextRules): ValueKind<string> {
  return parsed({ ...rules, name: 'text', format: (value) => value });
}

/** The path of a file; whether it can be read is for whoever opens it to say. */
export function path(): ValueKind<string> {
  return text({
    placeholder: '<file>',
    allowed: 'the path of a file',
    read: (raw) => (raw.trim() === '' || raw.includes('\0') ? null : raw),
  });
}
