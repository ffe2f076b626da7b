import type { ServerResponse } from 'node:http';

/** Answers with JSON, with a final newline for those who read it in a terminal. */
export function sendJson(res: ServerResponse, status: number, value: unknown): void {
  if (status === 204 || status === 304) {
    res.writeHead(status).end();
    return;
  }
  const body = Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
  res.end(body);
}
