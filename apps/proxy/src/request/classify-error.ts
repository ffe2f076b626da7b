import type { Outcome } from '@spillway/contracts';
import type { ShortageKind } from '@spillway/diagnosis';
import { formatSize } from '@spillway/options';
import { ConnectError } from '../service/upstream/connect.ts';
import type { Connection } from '../service/upstream/connection.ts';
import type { Upstream } from '../service/upstream/upstream.ts';
import { shortageOf, shortageText } from '../system/shortage.ts';

/** Why an attempt failed. */
export interface Failure {
  readonly outcome: Outcome;
  readonly detail: string;
  /** What this process was out of. */
  readonly shortage?: ShortageKind | null;
  /** It answered in HTTP, but nothing that may be relayed: no word on whether it is well. */
  readonly unrelayable?: boolean;
  /** An error that no upstream can cause: ours to mend. */
  readonly mistake?: boolean;
}

export const mistakeDetail = 'internal error of the proxy';

/** What an error happened in. */
export interface FailedExchange {
  readonly upstream: Upstream;
  readonly connection: Connection;
  /** The head of a final response had arrived. */
  readonly answered: boolean;
  readonly maxHeaderBytes: number;
}

/** An error of either engine or of a socket, by its stable code. */
export function classifyError(error: Error, exchange: FailedExchange): Failure {
  if (error instanceof ConnectError) {
    return { outcome: error.code, detail: error.message, shortage: error.shortage };
  }
  const code = (error as { code?: unknown }).code;
  const shortage = shortageOf(error);
  if (shortage !== null) {
    const detail = shortageText(shortage, 'within the exchange with the upstream', code);
    return { outcome: 'proxy_internal_error', detail, shortage };
  }
  if (isMistake(error, code)) {
    return { outcome: 'proxy_internal_error', detail: mistakeDetail, mistake: true };
  }
  if (unsendable.has(code)) {
    return { outcome: 'client_error', detail: error.message };
  }
  const { answered, connection } = exchange;
  if (!breaksRules(error, code, answered)) {
    const outcome = answered ? 'http_response_incomplete' : 'connection_terminated';
    return { outcome, detail: error.message };
  }
  return {
    outcome: answered ? 'http_response_incomplete' : 'http_protocol_error',
    detail: overflows.has(code) ? overflowText(exchange) : error.message,
    // What ends within its response has not answered; nor has what does not speak HTTP.
    unrelayable: connection.answered && !connection.endedByUpstream(error),
  };
}

/** Raised before anything is written: a request that has no form on the wire. */
const unsendable: ReadonlySet<unknown> = new Set([
  ...(['request_invalid', 'request_length'] as const),
  ...(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED'] as const),
]);

/** More than `--max-header-size`. */
const overflows: ReadonlySet<unknown> = new Set([
  ...(['head_too_large', 'trailers_too_large'] as const),
  'UND_ERR_HEADERS_OVERFLOW',
]);

const mistakes = [TypeError, RangeError, ReferenceError, SyntaxError];

/** What code throws and a network does not. */
const isMistake = (error: Error, code: unknown): boolean =>
  mistakes.some((kind) => error instanceof kind) ||
  code === 'ERR_ASSERTION' ||
  code === 'ERR_HTTP_HEADERS_SENT';

/** Whether it is the form of a response that is at fault. */
function breaksRules(error: Error, code: unknown, answered: boolean): boolean {
  if (code === 'response_malformed' || overflows.has(code)) return true;
  // undici 8 leaves the code of its parser's errors undefined.
  if (error.name === 'HTTPParserError') return true;
  // In a head it is undici's word for any fault behind a Content-Length; in a body it is one that broke off.
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return !answered;
  // undici's words for a response out of turn: an unasked 101, bytes on an idle connection.
  return code === 'UND_ERR_SOCKET' && error.message.startsWith('bad ');
}

function overflowText({ upstream, answered, maxHeaderBytes }: FailedExchange): string {
  const what = answered ? 'trailers' : 'a response head';
  const limit = formatSize(maxHeaderBytes).replace(/[A-Za-z]+$/, ' $&');
  return `target ${upstream.origin} sent ${what} above ${limit} (--max-header-size)`;
}
