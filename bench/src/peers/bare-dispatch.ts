import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Dispatcher, Pool } from 'undici';
import { endToEnd } from './end-to-end.ts';
import type { Peer } from './peer.ts';
import { plainRequest } from './plain-request.ts';

/** The least that undici allows: no stream between, backpressure by pausing the connection. */
function relay(req: IncomingMessage, res: ServerResponse): Dispatcher.DispatchHandler {
  let finished = false;
  return {
    onRequestStart(controller) {
      res.on('close', () => {
        if (!finished) controller.abort(new Error('the client left'));
      });
      res.on('drain', () => controller.resume());
    },
    onResponseStart(_controller, status, headers) {
      if (status >= 200) res.writeHead(status, endToEnd(headers));
    },
    onResponseData(controller, chunk) {
      if (!res.write(chunk)) controller.pause();
    },
    onResponseEnd() {
      finished = true;
      res.end();
    },
    onResponseError() {
      finished = true;
      if (res.headersSent) res.destroy();
      else res.writeHead(502).end();
      req.resume();
    },
  };
}

/** As `bare`, written against `pool.dispatch`: a floor for what any proxy on undici can cost. */
export const peer: Peer = {
  kind: 'listener',
  listener({ url, connections }) {
    const pool = new Pool(url, { connections });
    return (req, res) => {
      pool.dispatch(plainRequest(req), relay(req, res));
    };
  },
};
