import type { Route } from './route.ts';
import { sendJson } from './send-json.ts';

const most = 1024 * 1024;

/** `/echo`: the request as it arrived, header fields in order and repeated ones apart. */
export const echo: Route = {
  example: '/echo',
  summary: 'the request as it arrived here',
  matches: (path) => path === '/echo' || path.startsWith('/echo/'),
  async answer({ req, res, tally }, status) {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of req as AsyncIterable<Buffer>) {
      size += chunk.length;
      tally.add({ bytesReceived: chunk.length });
      if (size <= most) chunks.push(chunk);
    }
    if (size > most) {
      sendJson(res, 413, { error: `/echo holds ${most} bytes at most; use /upload` });
      return;
    }
    sendJson(res, status, {
      method: req.method,
      url: req.url,
      httpVersion: req.httpVersion,
      rawHeaders: req.rawHeaders,
      rawTrailers: req.rawTrailers,
      bytes: size,
      body: Buffer.concat(chunks).toString(),
      bodyBase64: Buffer.concat(chunks).toString('base64'),
      remotePort: req.socket.remotePort,
    });
  },
};
