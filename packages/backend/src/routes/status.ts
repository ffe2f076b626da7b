import type { Route } from './route.ts';
import { sendJson } from './send-json.ts';

/** `/status/NNN`: that status. */
export const status: Route = {
  example: '/status/503',
  summary: 'an answer with that status',
  matches: (path) => path.startsWith('/status/'),
  answer({ res, path, script }) {
    const code = Number(path.slice('/status/'.length));
    if (!Number.isInteger(code) || code < 200 || code > 599) {
      sendJson(res, 400, { error: `"${path}" does not end in a status between 200 and 599` });
      return;
    }
    if (code >= 300 && script.retryAfter) res.setHeader('retry-after', script.retryAfter);
    sendJson(res, code, { status: code });
  },
};
