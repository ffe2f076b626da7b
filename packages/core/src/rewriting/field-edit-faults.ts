import type { FieldEditsOptions } from './field-edits.ts';

export interface FieldEditFault {
  readonly key: 'remove' | 'set' | 'add';
  readonly name: string;
  /** The end of a sentence that begins with the name. */
  readonly problem: string;
}

/** They say where a message ends (RFC 9112 section 6): changing them lets two requests be read as one. */
const framing = new Set(['content-length', 'transfer-encoding', 'trailer']);

/** For one connection only (RFC 9110 section 7.6.1), where the proxy has a connection of its own. */
const hopByHop = new Set([
  ...['connection', 'expect', 'http2-settings', 'keep-alive', 'proxy-authenticate'],
  ...['proxy-authorization', 'proxy-connection', 'te', 'upgrade'],
]);

/** Written by the proxy for each message: loops, logs and virtual hosts rely on them. */
const ours = new Set(['host', 'via', 'x-request-id']);

/** RFC 9110 section 5.6.2. */
const token = /^[\w!#$%&'*+.^`|~-]+$/;
/** RFC 9110 section 5.5, and neither empty nor with blanks around, which a parser takes away. */
const value = /^[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?$/;

/** Mistakes in edits of fields, and edits that would be unsafe. */
export function fieldEditFaults({
  remove = [],
  set = {},
  add = {},
}: FieldEditsOptions): FieldEditFault[] {
  const faults: FieldEditFault[] = [];
  const check = (key: FieldEditFault['key'], name: string, text: string | null): void => {
    const problem = nameFault(name) ?? (text === null ? null : valueFault(text));
    if (problem !== null) faults.push({ key, name, problem });
  };
  for (const name of remove) check('remove', name, null);
  for (const [name, text] of Object.entries(set)) check('set', name, text);
  for (const [name, text] of Object.entries(add)) check('add', name, text);

  const removed = new Set(remove.map((name) => name.toLowerCase()));
  const isSet = new Set<string>();
  for (const name of Object.keys(set)) {
    const key = name.toLowerCase();
    const twice = 'is set twice: names are not case-sensitive';
    const both = 'is both set and removed: set alone replaces what is there';
    if (isSet.has(key)) faults.push({ key: 'set', name, problem: twice });
    else if (removed.has(key)) faults.push({ key: 'set', name, problem: both });
    isSet.add(key);
  }
  return faults;
}

function nameFault(name: string): string | null {
  const key = name.toLowerCase();
  if (!token.test(name)) return 'is not the name of a header field';
  if (framing.has(key)) return 'says where a message ends and cannot be edited';
  if (hopByHop.has(key)) return 'belongs to one connection and cannot be edited';
  if (key === 'proxy') return 'is read by CGI programs as their HTTP_PROXY and is never passed on';
  if (ours.has(key)) return 'is written by the proxy and cannot be edited';
  return null;
}

const valueFault = (text: string): string | null =>
  value.test(text)
    ? null
    : `cannot have the value ${JSON.stringify(text)}: visible text on one line, without blanks around it`;
