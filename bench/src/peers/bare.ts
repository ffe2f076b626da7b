import { Pool } from 'undici';
import { endToEnd } from './end-to-end.ts';
import type { Peer } from './peer.ts';
import { plainRequest } from './plain-request.ts';

/** node:http and undici as anyone would write them: `pool.request`, then `pipe`. The measure of cost. */
export const peer: Peer = {
  kind: 'listener',
  listener({ url, connections }) {
    const pool = new Pool(url, { connections });
    return (req, res) => {
      pool.request(plainRequest(req), (error, answer) => {
        if (error) {
          res.writeHead(502).end();
          return;
        }
        res.writeHead(answer.statusCode, endToEnd(answer.headers));
        answer.body.on('error', () => res.destroy());
        res.on('close', () => answer.body.destroy());
        answer.body.pipe(res);
      });
    };
  },
};
