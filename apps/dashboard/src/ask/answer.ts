/** Why there is nothing to show. */
export type FailureReason =
  | 'unreachable'
  | 'timeout'
  | 'unauthorized'
  | 'missing'
  | 'status'
  | 'bad_json';

export interface Failure {
  readonly kind: 'failure';
  readonly reason: FailureReason;
  /** For people, as "answered 502". */
  readonly detail: string;
}

export type Answer<T> = { readonly kind: 'answer'; readonly value: T } | Failure;

const failure = (reason: FailureReason, detail: string): Failure => ({
  kind: 'failure',
  reason,
  detail,
});

/** What an error of fetch means; browsers don't tell more of a connection than that there was none. */
export function failureOfError(error: unknown): Failure {
  const name = error instanceof Error ? error.name : '';
  return name === 'TimeoutError'
    ? failure('timeout', 'The proxy did not answer in time.')
    : failure('unreachable', 'No connection to the proxy: it is stopped, or the network is down.');
}

export function failureOfStatus(status: number): Failure | null {
  if (status === 200) return null;
  if (status === 401 || status === 403) {
    return failure('unauthorized', 'The proxy wants another token. Reload this page to give it.');
  }
  return status === 404
    ? failure('missing', 'The proxy does not have it.')
    : failure('status', `The proxy, or what stands in front of it, answered ${status}.`);
}

/** Only what tells our answer from another program's: the proxy itself brought this page. */
export function parseAnswer<T>(text: string, has: readonly (keyof T & string)[]): Answer<T> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && has.every((key) => key in value)) {
      return { kind: 'answer', value: value as T };
    }
    return failure('bad_json', `The answer has no ${has.join(' and ')}: is this still the proxy?`);
  } catch {
    return failure('bad_json', 'The answer is not JSON: is this still the proxy?');
  }
}
