import { createHash } from 'node:crypto';
import { patternBuffer } from '../pattern.ts';
import type { Route } from './route.ts';

/** `/trailers`: a chunked body of `size` bytes, its SHA-256 in the trailer section. */
export const trailers: Route = {
  example: '/trailers',
  summary: 'a body with its SHA-256 in a trailer',
  matches: (path) => path === '/trailers',
  answer({ res, script }, status) {
    const body = patternBuffer(script.size);
    res.writeHead(status, { trailer: 'X-Body-Sha256', 'transfer-encoding': 'chunked' });
    res.write(body);
    res.addTrailers({ 'X-Body-Sha256': createHash('sha256').update(body).digest('hex') });
    res.end();
  },
};
