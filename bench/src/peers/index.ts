import type { Peer } from './peer.ts';

/** Every peer, in the order of measuring; a new one is a file and a line here. Each process loads only its own. */
export const peers = {
  haproxy: async () => (await import('./haproxy.ts')).peer,
  nginx: async () => (await import('./nginx.ts')).peer,
  caddy: async () => (await import('./caddy.ts')).peer,
  bare: async () => (await import('./bare.ts')).peer,
  'bare-dispatch': async () => (await import('./bare-dispatch.ts')).peer,
  'fast-proxy': async () => (await import('./fast-proxy.ts')).peer,
  'http-proxy-3': async () => (await import('./http-proxy-3.ts')).peer,
  spillway: async () => (await import('./spillway.ts')).peer,
  'spillway-lean': async () => (await import('./spillway.ts')).enginePeer('lean'),
  'spillway-node': async () => (await import('./spillway.ts')).enginePeer('node'),
  'spillway-logging': async () => (await import('./spillway.ts')).loggingPeer('lean'),
} satisfies Record<string, () => Promise<Peer>>;

export type PeerName = keyof typeof peers;
export const peerNames = Object.keys(peers) as PeerName[];
export const isPeerName = (name: string): name is PeerName => Object.hasOwn(peers, name);
