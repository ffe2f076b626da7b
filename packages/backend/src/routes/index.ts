import { bytes } from './bytes.ts';
import { earlyHints } from './early-hints.ts';
import { echo } from './echo.ts';
import { events } from './events.ts';
import { greeting } from './greeting.ts';
import { health } from './health.ts';
import type { Route } from './route.ts';
import { slowFunction } from './slow-function.ts';
import { status } from './status.ts';
import { trailers } from './trailers.ts';
import { upload } from './upload.ts';

/** Every path; a new one is a file and a line here. */
const routes: readonly Route[] = [
  health,
  slowFunction,
  bytes,
  upload,
  echo,
  status,
  events,
  earlyHints,
  trailers,
];

const fallback = greeting(routes);

export function routeOf(path: string): Route {
  return routes.find((route) => route.matches(path)) ?? fallback;
}
