import { parsed, text, type ValueKind } from '@spillway/options';

/** An http or https URL, as the URL standard writes it. */
export function httpUrl(): ValueKind<string> {
  return text({
    placeholder: '<url>',
    allowed: 'an http or https URL without user and password',
    read: (raw) => {
      const url = URL.parse(raw.trim());
      const isHttp = url !== null && /^https?:$/.test(url.protocol);
      return isHttp && url.username === '' && url.password === '' ? url.href : null;
    },
    explain: (raw) => {
      if (/^https?:\/\/[^/]*@/i.test(raw)) return 'send --header "Authorization: …" instead';
      // `localhost:8080` parses, as a scheme of its own.
      return /^https?:/i.test(raw) || URL.parse(`http://${raw}`) === null
        ? null
        : `write http://${raw}`;
    },
  });
}

/** RFC 9110 5.6.2: a token. Upper case, since methods are case-sensitive and ours are the usual ones. */
export function httpMethod(): ValueKind<string> {
  return text({
    placeholder: '<method>',
    allowed: 'an HTTP method other than CONNECT and TRACE',
    read: (raw) => {
      const method = raw.trim().toUpperCase();
      return isToken(method) && method !== 'CONNECT' && method !== 'TRACE' ? method : null;
    },
  });
}

export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

/** `Name: value`. */
export function headerField(): ValueKind<HeaderField> {
  return parsed({
    name: 'field',
    placeholder: '<field>',
    allowed: 'a header field, "Name: value"',
    read: parseField,
    format: ({ name, value }) => `${name}: ${value}`,
    explain: (raw) => (framed.test(raw) ? 'the body sets this field' : null),
  });
}

const framed = /^\s*(content-length|transfer-encoding)\s*:/i;

function parseField(raw: string): HeaderField | null {
  const colon = raw.indexOf(':');
  const name = raw.slice(0, colon).trim();
  const value = raw.slice(colon + 1).trim();
  // RFC 9110 5.5: no control characters but the tab; beyond Latin-1 nothing can be written.
  const holds = /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
  return colon > 0 && isToken(name) && holds && !framed.test(raw) ? { name, value } : null;
}

function isToken(word: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(word);
}

/** Any text, sent as UTF-8. */
export function bodyText(): ValueKind<string> {
  return text({ placeholder: '<text>', allowed: 'text', read: (raw) => raw });
}
