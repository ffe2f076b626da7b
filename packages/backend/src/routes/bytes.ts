import type { ServerResponse } from 'node:http';
import { pattern } from '../pattern.ts';
import type { Route } from './route.ts';
import { sendJson } from './send-json.ts';

const most = 2 ** 40;

/** Resolves once more can be written, or nothing ever will. */
function drained(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      res.off('drain', done);
      res.off('close', done);
      resolve();
    };
    res.on('drain', done);
    res.on('close', done);
  });
}

/** `/bytes/N`: N bytes of the pattern, as fast as they are read; `?chunked` without Content-Length. */
export const bytes: Route = {
  example: '/bytes/1048576',
  summary: 'that many bytes; ?chunked for no Content-Length',
  matches: (path) => path.startsWith('/bytes/'),
  async answer(exchange, status) {
    const { req, res, path, query } = exchange;
    const text = path.slice('/bytes/'.length);
    const size = Number(text);
    if (!/^\d+$/.test(text) || size > most) {
      sendJson(res, 400, { error: `"${text}" is not a number of bytes up to ${most}` });
      return;
    }
    res.writeHead(status, {
      'content-type': 'application/octet-stream',
      ...(query.has('chunked') ? {} : { 'content-length': size }),
    });
    const toSend = req.method === 'HEAD' ? 0 : size;
    for (let at = 0; at < toSend && !exchange.left; ) {
      const piece = pattern(at, Math.min(65_536, toSend - at));
      at += piece.length;
      if (!res.write(piece)) await drained(res);
    }
    res.end();
  },
};
