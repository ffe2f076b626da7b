import { isIP, isIPv6 } from 'node:net';
import { parsed, text, type ValueKind } from '@spillway/options';
import { unixPeer } from '../http/trusted-proxies.ts';
import { formatTarget, longestSocketPath, parseTarget } from './target-url.ts';

const hostName = /^(?!-)[A-Za-z0-9_-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9_-]{1,63}(?<!-))*\.?$/;

/** A host name or an IP address; IPv6 with or without its brackets, held without. */
export function host(): ValueKind<string> {
  return text({
    placeholder: '<host>',
    allowed: 'a host name or an IP address',
    read: (raw) => {
      const bare = raw.startsWith('[') && raw.endsWith(']') ? raw.slice(1, -1) : raw;
      if (isIP(bare) !== 0) return isIPv6(bare) || bare === raw ? bare : null;
      // All digits and dots yet no address is a mistyped address, not a name.
      return bare === raw && raw.length <= 253 && !/^[\d.]+$/.test(raw) && hostName.test(raw)
        ? raw
        : null;
    },
    explain: (raw) => {
      if (/^https?:\/\//i.test(raw)) return 'a URL goes into --target';
      return /^[^:]+:\d+$/.test(raw) ? 'the port has a flag of its own' : null;
    },
  });
}

/** `http://host:port`, held as the URL standard's origin: lower case, default port left out. */
export function origin(): ValueKind<string> {
  return text({
    placeholder: '<url>',
    allowed: 'an http:// or https:// URL of scheme, host and port alone',
    read: (raw) => {
      const url = URL.canParse(raw) ? new URL(raw) : null;
      if (url === null || !/^https?:\/\//i.test(raw)) return null;
      const bare = url.pathname === '/' && !/[?#@]/.test(raw);
      return bare ? url.origin : null;
    },
    explain: explainOrigin,
  });
}

function explainOrigin(raw: string): string | null {
  if (!/^[a-z]+:\/\//i.test(raw)) return `write http://${raw}`;
  if (!URL.canParse(raw) || !/^https?:/i.test(raw)) return null;
  const url = new URL(raw);
  if (url.username !== '' || url.password !== '') return 'credentials are not taken from a URL';
  return `write ${url.origin} alone`;
}

/** `http://host:port/base`, `srv+http://name` or `unix:/run/app.sock`, held in the one spelling that each target has. */
export function target(): ValueKind<string> {
  return text({
    placeholder: '<url>',
    allowed: 'http:// or https:// with host, port and base path, srv+http://NAME, or unix:/PATH',
    read: (raw) => {
      const parsed = parseTarget(raw);
      return parsed === null ? null : formatTarget(parsed);
    },
    explain: explainTarget,
  });
}

function explainTarget(raw: string): string | null {
  if (/^(http:\/\/)?unix:/.test(raw)) {
    return `write unix:/run/app.sock, at most ${longestSocketPath} bytes, or unix:/run/app.sock:/base`;
  }
  if (/^srv\+https?:\/\/[^/]*:\d+/i.test(raw)) return 'SRV records name the port: leave it out';
  if (!/^(srv\+)?[a-z]+:\/\//i.test(raw)) return `write http://${raw}`;
  const url = raw.replace(/^srv\+/i, '');
  if (!URL.canParse(url) || !/^https?:/i.test(url)) return null;
  const { username, password, origin, pathname } = new URL(url);
  if (username !== '' || password !== '') return 'credentials are not taken from a URL';
  return `only ${origin}${pathname} can be a target; the query of each request is kept as it came`;
}

/** `0660`: permissions of a file, in octal digits as chmod takes them. */
export function socketMode(): ValueKind<number> {
  return parsed({
    name: 'mode',
    placeholder: '<mode>',
    allowed: 'an octal mode such as 0660',
    read: (raw) => (/^0?[0-7]{3}$/.test(raw) ? Number.parseInt(raw, 8) : null),
    format: (mode) => mode.toString(8).padStart(4, '0'),
  });
}

/** `10.0.0.0/8`, `fd00::/8`, a single address, or `unix:` for whoever connects to a Unix socket. */
export function addressRange(): ValueKind<string> {
  return text({
    placeholder: '<cidr>',
    allowed: 'an IP address, a range such as 10.0.0.0/8, or unix: for peers of a Unix socket',
    read: (raw) => {
      if (raw === unixPeer) return raw;
      const [address = '', prefix, ...rest] = raw.split('/');
      const bits = isIP(address) === 6 ? 128 : 32;
      if (isIP(address) === 0 || rest.length > 0) return null;
      if (prefix === undefined) return raw;
      return /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits ? raw : null;
    },
  });
}
