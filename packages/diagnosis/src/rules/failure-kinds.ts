import type { Outcome } from '@spillway/contracts';

/** What it means when an upstream fails this way, and where to look first. */
export const failureKinds: Partial<Record<Outcome, { what: string; cause: string; look: string }>> =
  {
    connection_refused: {
      what: 'connections refused',
      cause: 'nothing listens there, the address cannot be reached, or TLS failed',
      look: 'Is it running, is the port right, is its certificate trusted (--target-ca)?',
    },
    dns_error: {
      what: 'names without an address',
      cause: 'its name has no address',
      look: 'Check the name and the resolver',
    },
    dns_timeout: {
      what: 'name lookups timed out',
      cause: 'nobody says in time which address its name has',
      look: 'Check the resolver',
    },
    connection_timeout: {
      what: 'connections timed out',
      cause: 'its accept queue is full, or a firewall drops what is sent to it',
      look: 'Check whether it still accepts connections, and what is in between',
    },
    connection_terminated: {
      what: 'connections closed before an answer',
      cause: 'it crashes, or keeps idle connections for less time than --pool-idle-timeout',
      look: 'Look for crashes in its log, and compare its keep-alive timeout with --pool-idle-timeout',
    },
    http_protocol_error: {
      what: 'responses that are not HTTP, or cannot be relayed',
      cause:
        'it speaks another protocol than expected, or breaks the rules or the limits of HTTP/1',
      look: 'Is it HTTPS, or HTTP/2 only; is a head above --max-header-size?',
    },
    http_response_incomplete: {
      what: 'answers that broke off',
      cause: 'it crashes while it answers',
      look: 'Look for crashes in its log',
    },
    connection_read_timeout: {
      what: 'read timeouts',
      cause: 'it was silent for longer than --read-timeout',
      look: 'See what it waits for; let fewer requests through at once if it is overloaded',
    },
    upstream_error: {
      what: 'answers with 5xx',
      cause: 'it answers with errors',
      look: 'Look at its log',
    },
  };

/** The most frequent of the given failures; null when there are none. */
export function chiefFailure(
  byOutcome: Readonly<Record<string, number>>,
  among: readonly Outcome[] = Object.keys(failureKinds) as Outcome[],
): Outcome | null {
  const countOf = (outcome: Outcome) => byOutcome[outcome] ?? 0;
  let chief: Outcome | null = null;
  for (const outcome of among) {
    if (countOf(outcome) > (chief === null ? 0 : countOf(chief))) chief = outcome;
  }
  return chief;
}
