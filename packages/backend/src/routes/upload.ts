import { createHash } from 'node:crypto';
import type { Route } from './route.ts';
import { sendJson } from './send-json.ts';

/** `/upload`: reads the body to its end and answers with its size and SHA-256. */
export const upload: Route = {
  example: '/upload',
  summary: 'size and SHA-256 of what is posted',
  matches: (path) => path === '/upload',
  async answer({ req, res, tally }, status) {
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of req as AsyncIterable<Buffer>) {
      hash.update(chunk);
      size += chunk.length;
      tally.add({ bytesReceived: chunk.length });
    }
    sendJson(res, status, { bytes: size, sha256: hash.digest('hex') });
  },
};
