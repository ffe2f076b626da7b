import { formatPercent, parsed, redacted, type ValueKind } from '@spillway/options';

const className = /^[a-z][\w-]{0,31}$/i;
const fieldName = /^[\w!#$%&'*+.^`|~-]+$/;

/** Of the requests that belong to no class that was named. */
export const ordinaryClass = 'default';

/** A class of requests and the share of the limit that is kept for it. */
export interface NamedShare {
  readonly name: string;
  /** 0 to 1. */
  readonly share: number;
}

/** A class and the value that puts a request into it. */
export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** `high=20%`. */
export function namedShare(): ValueKind<NamedShare> {
  return parsed<NamedShare>({
    name: 'class',
    placeholder: '<name=n%>',
    allowed: 'a name and the share of the limit that is kept for it',
    example: 'high=20%',
    read: (text) => {
      const [name, rest] = splitName(text);
      const [, digits] = /^(\d{1,3}(?:\.\d+)?)%$/.exec(rest) ?? [];
      const share = Number(digits) / 100;
      return name !== null && name !== ordinaryClass && share <= 1 ? { name, share } : null;
    },
    format: ({ name, share }) => `${name}=${formatPercent(share)}`,
    explain: (text) => {
      const [name, rest] = splitName(text);
      if (name === ordinaryClass) return `${ordinaryClass} is the class of all others`;
      return /^\d+(\.\d+)?$/.test(rest) ? 'a share ends with %' : null;
    },
  });
}

/** `high=/checkout/`. */
export function classOfPath(): ValueKind<NamedValue> {
  return parsed<NamedValue>({
    name: 'class of a path',
    placeholder: '<name=path>',
    allowed: 'the name of a class and how its paths begin',
    example: 'high=/checkout/',
    read: (text) => {
      const [name, value] = splitName(text);
      return name !== null && /^\/[\x21-\x7e]*$/.test(value) ? { name, value } : null;
    },
    format: ({ name, value }) => `${name}=${value}`,
    explain: (text) => {
      const [name, value] = splitName(text);
      return name !== null && value !== '' && !value.startsWith('/')
        ? 'a path begins with /'
        : null;
    },
  });
}

/** `high=KEY`; the key is a secret. */
export function classOfKey(): ValueKind<NamedValue> {
  const shown = ({ name }: NamedValue): string => `${name}=${redacted}`;
  const kind = parsed<NamedValue>({
    name: 'class of a key',
    placeholder: '<name=key>',
    allowed: 'the name of a class and a key',
    example: 'high=KEY',
    read: (text) => {
      const [name, value] = splitName(text);
      // What is shown instead of a key and copied back from there is none.
      return name !== null && /^[\x21-\x7e]+$/.test(value) && value !== redacted
        ? { name, value }
        : null;
    },
    format: shown,
  });
  return { ...kind, secret: true };
}

/** The name of a header field, in lower case in code. */
export function headerName(): ValueKind<string> {
  return parsed<string>({
    name: 'header',
    placeholder: '<header>',
    allowed: 'the name of a header field',
    example: 'X-API-Key',
    read: (text) => (fieldName.test(text) ? text.toLowerCase() : null),
    format: (value) => value,
  });
}

/** `address` or `header:NAME`: whose requests share alike. In code `address` or the field in lower case. */
export function fairnessKey(): ValueKind<string> {
  return parsed<string>({
    name: 'key',
    placeholder: '<key>',
    allowed: 'address, or header:NAME',
    example: 'header:X-API-Key',
    read: (text) => {
      if (text === 'address') return text;
      const [, field = ''] = /^header:(.+)$/i.exec(text) ?? [];
      // A field of that name would be taken for the address.
      return fieldName.test(field) && field.toLowerCase() !== 'address'
        ? field.toLowerCase()
        : null;
    },
    format: (value) => (value === 'address' ? value : `header:${value}`),
    explain: (text) => (fieldName.test(text) ? `write header:${text}` : null),
  });
}

/** A class and what follows its `=`; null instead of what cannot be the name of one. */
function splitName(text: string): [name: string | null, rest: string] {
  const [, name = '', rest = ''] = /^([^=]*)=(.*)$/s.exec(text.trim()) ?? [];
  return [className.test(name) ? name : null, rest];
}
