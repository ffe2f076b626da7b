import { parsed, type ValueKind } from '@spillway/options';

/** What `--balance hash` keeps together. */
export type HashBy =
  | { readonly by: 'cookie'; readonly name: string }
  | { readonly by: 'header'; readonly name: string }
  | { readonly by: 'address' };

/** Statuses from one to another, both included. */
export interface StatusRange {
  readonly from: number;
  readonly to: number;
}

const token = /^[!#$%&'*+.^`|~\w-]+$/;

/** `cookie:session`, `header:x-user` or `address`. */
export function hashBy(): ValueKind<HashBy> {
  return parsed<HashBy>({
    name: 'hash by',
    placeholder: '<what>',
    allowed: 'cookie:NAME, header:NAME or address',
    read: (text) => {
      if (text === 'address') return { by: 'address' };
      const [, by, name = ''] = /^(cookie|header):(.*)$/.exec(text) ?? [];
      if (!token.test(name)) return null;
      if (by === 'header') return { by, name: name.toLowerCase() };
      return by === 'cookie' ? { by, name } : null;
    },
    format: (value) => (value.by === 'address' ? value.by : `${value.by}:${value.name}`),
    explain: (text) => (token.test(text) ? `write cookie:${text} or header:${text}` : null),
  });
}

/** `204` or `200-399`. */
export function statusRange(): ValueKind<StatusRange> {
  return parsed<StatusRange>({
    name: 'statuses',
    placeholder: '<statuses>',
    allowed: 'a status from 200 to 599 or a range such as 200-399',
    read: (text) => {
      const [, first, last = first] = /^\s*([2-5]\d\d)(?:-([2-5]\d\d))?\s*$/.exec(text) ?? [];
      const [from, to] = [Number(first), Number(last)];
      return first === undefined || to < from ? null : { from, to };
    },
    format: ({ from, to }) => (from === to ? `${from}` : `${from}-${to}`),
  });
}
