import { integer, list, option } from '@spillway/options';
import { addressRange, host } from '../network-kinds.ts';

/** Where clients connect, and whom of them to believe. */
export const listenOptions = {
  host: option({
    flag: '--host',
    kind: host(),
    default: '0.0.0.0',
    group: 'Listen',
    description: 'Address to listen on',
  }),
  port: option({
    flag: '--port',
    kind: integer({ min: 0, max: 65_535 }),
    default: 8080,
    group: 'Listen',
    description: 'Port to listen on; 0 takes any free one',
  }),
  trustedProxies: option({
    flag: '--trusted-proxy',
    kind: list(addressRange()),
    default: [],
    group: 'Listen',
    description: 'Clients whose X-Forwarded fields are believed; several may be given',
  }),
};
