import { patienceOf } from '../service/admission/patience.ts';
import type { Exchange } from './exchange.ts';

const option = '--request-timeout';

/** Who has set the request's deadline: `--request-timeout`, or the field by which the client did; empty without one. */
export function deadlineSource({ settings, client, deadline }: Exchange): string {
  if (deadline === Infinity) return '';
  const { requestTimeoutMs, patienceHeaders } = settings;
  const field = patienceHeaders.find((name) => patienceOf(client, [name]) !== null);
  if (field === undefined) return option;
  const patienceMs = patienceOf(client, [field]) as number;
  return requestTimeoutMs !== null && requestTimeoutMs <= patienceMs ? option : field;
}

/** What to say when it has passed. */
export function deadlinePassed(exchange: Exchange): string {
  const source = deadlineSource(exchange);
  return source === option
    ? `the request timeout is over (${option})`
    : `the client said that it waits no longer (${source})`;
}
