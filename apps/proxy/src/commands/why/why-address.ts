import {
  type GivenValue,
  nothingGiven,
  type OptionProblem,
  readTokenFile,
  resolveOptions,
} from '@spillway/options';
import type { Surroundings } from '@spillway/terminal';
import type { ListenerSettings } from '../../config/configuration.ts';
import {
  type ProxyConfig,
  proxyOptions,
  type ResolvedProxyOptions,
} from '../../config/proxy-options.ts';
import { onlyListener, readListeners } from '../../config/read-listeners.ts';
import { SectionReader } from '../../config/section-reader.ts';

/** Where to ask, and with what. */
export interface WhyAddress {
  readonly url: string;
  readonly token: string | null;
}

export interface WhyAddressSettings {
  readonly url?: string;
  /** File of the proxy that is asked. */
  readonly config?: string;
  readonly adminToken?: string;
  readonly adminTokenFile?: string;
}

type Found =
  | WhyAddress
  | { readonly problems: readonly OptionProblem[] }
  | { readonly fault: string };

/** As told; else as a proxy started here and now would have it, by its variables and its file. */
export function whyAddress(settings: WhyAddressSettings, surroundings: Surroundings): Found {
  const { adminToken, adminTokenFile, config: file, url } = settings;
  if (adminToken !== undefined && adminTokenFile !== undefined) {
    return { fault: '--admin-token and --admin-token-file exclude each other' };
  }
  const base = url === undefined ? null : baseOf(url);
  if (url !== undefined && base === null)
    return { fault: '--url must be an http:// or https:// URL' };
  const given = adminToken ?? null;
  if (base !== null && given !== null) return { url: base, token: given };

  const flags = { ...nothingGiven, config: file === undefined ? null : configOf(file) };
  const resolution = resolveOptions(proxyOptions, flags, surroundings);
  if (!resolution.ok) return { problems: resolution.problems };
  const { config } = resolution.resolved;
  const tokenFile = given === null ? (adminTokenFile ?? config.adminTokenFile) : null;
  try {
    const fromFile = tokenFile === null ? null : readTokenFile(tokenFile);
    return {
      url: base ?? urlOf(config, listenerOf(resolution.resolved)),
      token: given ?? fromFile ?? config.adminToken,
    };
  } catch (error) {
    return { fault: `the token file ${tokenFile}: ${(error as Error).message}` };
  }
}

const configOf = (file: string): GivenValue => ({
  raw: file,
  source: { from: 'flag', where: '--config', literal: file },
});

/** Without what follows the path, and without a slash at its end. */
function baseOf(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** The first that has a port; null: none has. */
function listenerOf({ config, sections }: ResolvedProxyOptions): ListenerSettings | null {
  const listen = sections.get('listen');
  const listeners =
    listen === undefined
      ? [onlyListener(config)]
      : readListeners(new SectionReader(''), config, listen);
  return listeners.find(({ at }) => at.kind === 'tcp') ?? null;
}

function urlOf(config: ProxyConfig, listener: ListenerSettings | null): string {
  const { adminHost, adminPort, host, port } = config;
  if (adminPort !== null) return urlAt('http', adminHost, adminPort);
  if (listener?.at.kind !== 'tcp') return urlAt('http', host, port);
  return urlAt(listener.tls ? 'https' : 'http', listener.at.host, listener.at.port);
}

function urlAt(scheme: string, host: string, port: number): string {
  const local = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `${scheme}://${local.includes(':') ? `[${local}]` : local}:${port}`;
}
