import type { ConfigProperty, ConfigValue } from '@spillway/options';
import type { ListenerSettings } from './configuration.ts';
import { host as hostKind, socketMode } from './network-kinds.ts';
import type { ProxyConfig } from './proxy-options.ts';
import type { SectionReader } from './section-reader.ts';

const hosts = hostKind();
const modes = socketMode();
export const listenerKeys = [
  ...(['host', 'port', 'unix_socket', 'unix_socket_mode', 'tls', 'proxy_protocol'] as const),
];

/** TLS is offered wherever there is a certificate, unless a listener says otherwise. */
const offersTls = ({ tls, tlsCertFiles }: Pick<ProxyConfig, 'tls' | 'tlsCertFiles'>) =>
  tls !== null || tlsCertFiles.length > 0;

/** The one that options describe. */
export function onlyListener(settings: ProxyConfig): ListenerSettings {
  const { host, port, unixSocket, unixSocketMode, proxyProtocol } = settings;
  return Object.freeze({
    at:
      unixSocket === null
        ? ({ kind: 'tcp', host, port } as const)
        : ({ kind: 'unix', path: unixSocket, mode: unixSocketMode } as const),
    tls: offersTls(settings),
    proxyProtocol,
  });
}

/** Those of `listen` in the file; what one leaves out is as the options say. */
export function readListeners(
  reader: SectionReader,
  settings: ProxyConfig,
  section: ConfigProperty,
): ListenerSettings[] {
  const items = reader.array(section);
  if (items.length === 0) reader.refuse(section, 'listen must name at least one listener');
  const listeners: ListenerSettings[] = [];
  for (const item of items) {
    const listener = readListener(reader, settings, item);
    if (listener === null) continue;
    if (listeners.some(({ at }) => isSamePlace(at, listener.at))) {
      reader.refuse(item, 'there is a listener at this place already');
    } else {
      listeners.push(listener);
    }
  }
  return listeners;
}

function readListener(
  reader: SectionReader,
  settings: ProxyConfig,
  item: ConfigValue,
): ListenerSettings | null {
  const before = reader.problems.length;
  let { host, unixSocketMode: mode, proxyProtocol } = settings;
  let tls = offersTls(settings);
  let port: number | null = null;
  let path: string | null = null;
  for (const property of reader.object(item, 'a listener')) {
    const { name } = property;
    if (name === 'host') host = readHost(reader, property) ?? host;
    else if (name === 'port') port = reader.integer(property, name, 0, 65_535);
    else if (name === 'unix_socket') {
      path = reader.text(property, name, 'the path of a socket', (text) => text.trim() || null);
    } else if (name === 'unix_socket_mode') mode = readMode(reader, property) ?? mode;
    else if (name === 'tls') tls = readSwitch(reader, property) ?? tls;
    else if (name === 'proxy_protocol') {
      proxyProtocol = readSwitch(reader, property) ?? proxyProtocol;
    } else {
      const message = `a listener takes ${listenerKeys.join(', ')}, not ${JSON.stringify(name)}`;
      reader.refuse(property, message);
    }
  }
  if (tls && !offersTls(settings)) {
    reader.refuse(item, 'a listener with tls needs tls_cert and tls_key');
  }
  if (reader.problems.length > before) return null;
  if (port === null && path === null) {
    return reader.refuse(item, 'a listener needs its port, or its unix_socket');
  }
  if (port !== null && path !== null) {
    return reader.refuse(item, 'a listener has a port or a unix_socket, not both');
  }
  const at =
    path === null
      ? ({ kind: 'tcp', host, port: port as number } as const)
      : ({ kind: 'unix', path, mode } as const);
  return Object.freeze({ at, tls, proxyProtocol });
}

function readHost(reader: SectionReader, property: ConfigProperty): string | null {
  const { success, data } = hosts.schema.safeParse(property.value);
  const message = `host must be ${hosts.allowed}, not ${property.literal}`;
  return success ? data : reader.refuse(property, message);
}

function readMode(reader: SectionReader, property: ConfigProperty): number | null {
  const { success, data } = modes.schema.safeParse(property.value);
  const message = `unix_socket_mode must be ${modes.allowed}, not ${property.literal}`;
  return success ? data : reader.refuse(property, message);
}

function readSwitch(reader: SectionReader, property: ConfigProperty): boolean | null {
  const { name, value, literal } = property;
  if (typeof value === 'boolean') return value;
  return reader.refuse(property, `${name} must be true or false, not ${literal}`);
}

/** Any free port is another one each time. */
function isSamePlace(one: ListenerSettings['at'], other: ListenerSettings['at']): boolean {
  if (one.kind === 'unix' || other.kind === 'unix') {
    return one.kind === 'unix' && other.kind === 'unix' && one.path === other.path;
  }
  return one.port === other.port && one.host === other.host && one.port !== 0;
}
