import fastProxy from 'fast-proxy';
import type { Peer } from './peer.ts';

/** fast-proxy on undici, its faster mode. */
export const peer: Peer = {
  kind: 'listener',
  listener({ url, connections }) {
    const { proxy } = fastProxy({ base: url, undici: { connections } });
    return (req, res) => proxy(req, res, req.url ?? '/', {});
  },
};
