import { fileURLToPath } from 'node:url';
import type { Contender } from './contender.ts';

const serveMain = fileURLToPath(new URL('../../peers/serve.ts', import.meta.url));
const naiveMain = fileURLToPath(new URL('./naive-forwarder.ts', import.meta.url));

export const fastProxy: Contender = {
  name: 'fast-proxy',
  what: 'on undici',
  needs: [],
  command: ({ upstreamPort, port }) => [
    process.execPath,
    serveMain,
    ...['fast-proxy', `http://127.0.0.1:${upstreamPort}`, '10000', String(port)],
  ],
};

/** The control: what has no protection has to collapse, or the benchmark shows nothing. */
export const naive: Contender = {
  name: 'naive',
  what: 'a new connection a request, 30 s, no limit',
  needs: [],
  command: ({ upstreamPort, port }) => [
    process.execPath,
    naiveMain,
    String(upstreamPort),
    String(port),
  ],
};
