import { parsed, type ValueKind } from '@spillway/options';

const name = /^[a-z][\w-]{0,31}$/i;
const fieldName = /^[\w!#$%&'*+.^`|~-]+$/;

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
    placeholder: '<name=share>',
    allowed: 'a name and the share of the limit that is kept for it',
    example: 'high=20%',
    read: (text) => {
      const [, given = '', digits] = /^([^=]+)=(\d{1,3}(?:\.\d+)?)%$/.exec(text.trim()) ?? [];
      const share = Number(digits) / 100;
      return name.test(given) && given !== 'default' && share <= 1 ? { name: given, share } : null;
    },
    format: ({ name: given, share }) => `${given}=${Number((share * 100).toPrecision(6))}%`,
  });
}

/** `high=/checkout/` or `high=KEY`. */
export function namedValue(what: string, example: string): ValueKind<NamedValue> {
  return parsed<NamedValue>({
    name: 'class value',
    placeholder: `<name=${what}>`,
    allowed: `the name of a class and a ${what}`,
    example,
    read: (text) => {
      const [, given = '', value = ''] = /^([^=]+)=(.+)$/.exec(text.trim()) ?? [];
      return name.test(given) && value !== '' ? { name: given, value } : null;
    },
    format: ({ name: given, value }) => `${given}=${value}`,
  });
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
  });
}
