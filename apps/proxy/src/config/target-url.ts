/** Where a target of the configuration is, read from its text. */
export type TargetUrl = HostTarget | SrvTarget | UnixTarget;

interface Web {
  readonly secure: boolean;
  /** Goes before each request's path: empty, or as `/base`, without a slash at its end. */
  readonly base: string;
}

/** `http://host:port/base`. */
export interface HostTarget extends Web {
  readonly kind: 'host';
  /** IPv6 without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Host and port as a URL has them: the default port is left out. */
  readonly authority: string;
}

/** `srv+http://name/base`: hosts and ports are in the SRV records of the name (RFC 2782). */
export interface SrvTarget extends Web {
  readonly kind: 'srv';
  readonly hostname: string;
}

/** `unix:/run/app.sock:/base`, as in nginx. */
export interface UnixTarget extends Web {
  readonly kind: 'unix';
  readonly socketPath: string;
}

const unixText = /^(?:http:\/\/)?unix:(\/[^:\0]+)(?::(\/[^?#\s]*)?)?$/;
/** What fits into sun_path of sockaddr_un with its final 0. */
export const longestSocketPath = process.platform === 'linux' ? 107 : 103;

/** Null: no target is written so. */
export function parseTarget(text: string): TargetUrl | null {
  return unixText.test(text) ? parseUnix(text) : parseWeb(text);
}

/** One target has one spelling: lower case, default port and final slash left out. */
export function formatTarget(target: TargetUrl): string {
  switch (target.kind) {
    case 'unix':
      return `unix:${target.socketPath}${target.base === '' ? '' : `:${target.base}`}`;
    case 'srv':
      return `srv+${schemeOf(target)}://${target.hostname}${target.base}`;
    case 'host':
      return `${schemeOf(target)}://${target.authority}${target.base}`;
  }
}

export const schemeOf = ({ secure }: Pick<TargetUrl, 'secure'>): 'http' | 'https' =>
  secure ? 'https' : 'http';

function parseUnix(text: string): UnixTarget | null {
  const [, socketPath = '', path = ''] = unixText.exec(text) ?? [];
  if (Buffer.byteLength(socketPath) > longestSocketPath) return null;
  return { kind: 'unix', secure: false, socketPath, base: baseOf(path) };
}

function parseWeb(text: string): HostTarget | SrvTarget | null {
  const [, srv, rest = ''] = /^(srv\+)?(https?:\/\/.*)$/i.exec(text) ?? [];
  if (rest === '' || /[?#@\s]/.test(rest) || !URL.canParse(rest)) return null;
  const url = new URL(rest);
  const secure = url.protocol === 'https:';
  const base = baseOf(url.pathname);
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  if (srv !== undefined) {
    return /:\d+(\/|$)/.test(rest) || url.hostname.startsWith('[')
      ? null
      : { kind: 'srv', secure, hostname, base };
  }
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  return { kind: 'host', secure, hostname, port, authority: url.host, base };
}

const baseOf = (path: string): string => path.replace(/\/+$/, '');
