import { Agent } from 'node:http';
import { createProxyServer } from 'http-proxy-3';
import type { Peer } from './peer.ts';

/** http-proxy-3 with kept connections, which it doesn't have by default. */
export const peer: Peer = {
  kind: 'listener',
  listener({ url, connections }) {
    const agent = new Agent({ keepAlive: true, maxSockets: connections });
    const proxy = createProxyServer({ target: url, agent });
    proxy.on('error', (_error, _req, res) => res.destroy());
    return (req, res) => void proxy.web(req, res);
  },
};
