import { type Outcome, outcomes, type Problem } from '@spillway/contracts';

/** The document (RFC 9457) of an answer made here; `instance` leads to its story (section 3.1.5). */
export function problemText(
  outcome: Outcome,
  status: number,
  detail: string,
  requestId: string,
  instance: string | null,
): string {
  const problem: Problem = {
    type: 'about:blank',
    title: outcomes[outcome].title,
    status,
    detail,
    outcome,
    request_id: requestId,
    ...(instance === null ? null : { instance }),
  };
  return JSON.stringify(problem);
}

/** The value of Proxy-Status (RFC 9209); null when the outcome has no error type. */
export function proxyStatus(outcome: Outcome): string | null {
  const { proxyStatusError } = outcomes[outcome];
  return proxyStatusError === null
    ? null
    : `spillway; error=${proxyStatusError}; details="${outcome}"`;
}
