import type { Route } from './route.ts';
import { sendJson } from './send-json.ts';

/** The answer for every other path: what a stranger sees first, so it says what to try next. */
export function greeting(others: readonly Route[]): Route {
  const paths = Object.fromEntries(others.map((route) => [route.example, route.summary]));
  return {
    example: '/anything',
    summary: 'this greeting',
    matches: () => true,
    answer({ req, res, path }, status) {
      sendJson(res, status, {
        message: "Hello from Spillway's demo backend.",
        method: req.method,
        path,
        try: paths,
        and: 'any path with ?latency=200ms, ?status=503 or ?fault=reset',
      });
    },
  };
}
