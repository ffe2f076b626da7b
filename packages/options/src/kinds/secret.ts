import type { ValueKind } from '../value-kind.ts';
import { text } from './text.ts';

interface SecretRules {
  /** What help shows behind the flag, e.g. `<token>`. */
  readonly placeholder: string;
  /** To follow "must be"; a refused value is not shown beside it. */
  readonly allowed: string;
  /** The text as code receives it; null refuses. */
  read(text: string): string | null;
}

/** In the place of a value that nobody is shown. */
export const redacted = '***';

/** A string that only its user sees: written as `***`, which does not read back. */
export function secret(rules: SecretRules): ValueKind<string> {
  const shown = () => redacted;
  return { ...text(rules), secret: true, format: shown, toJson: shown };
}

/** What follows `Authorization: Bearer` (RFC 6750 section 2.1). */
export function bearerToken(): ValueKind<string> {
  return secret({
    placeholder: '<token>',
    allowed: 'letters, digits and - . _ ~ + / without spaces, = at the end',
    read: (raw) => (/^[\w.~+/-]+=*$/.test(raw) ? raw : null),
  });
}
