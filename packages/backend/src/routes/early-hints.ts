import type { Route } from './route.ts';
import { sendJson } from './send-json.ts';

/** `/early-hints`: 103 (RFC 8297), then the answer. */
export const earlyHints: Route = {
  example: '/early-hints',
  summary: '103 Early Hints before the answer',
  matches: (path) => path === '/early-hints',
  answer({ res }, status) {
    res.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
    sendJson(res, status, { hinted: true });
  },
};
