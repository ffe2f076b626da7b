import type { Outcome } from '@spillway/contracts';
import type { ShortageKind } from '@spillway/diagnosis';
import { shortageOf, shortageText } from '../shortage.ts';
import { ConnectError } from '../upstream/connect.ts';

/** Why an attempt failed. */
export interface Failure {
  readonly outcome: Outcome;
  readonly detail: string;
  /** What this process was out of. */
  readonly shortage?: ShortageKind | null;
  /** An error that no upstream can cause: ours to mend. */
  readonly mistake?: boolean;
}

export const mistakeDetail = 'internal error of the proxy';

/** An undici or socket error, by its stable code; `answered`: headers had arrived. */
export function classifyError(error: Error, answered: boolean): Failure {
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
  return { outcome: outcomeOf(error, code, answered), detail: error.message };
}

function outcomeOf(error: Error, code: unknown, answered: boolean): Outcome {
  // Raised before anything is written: a request that undici will not put on the wire.
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') return 'client_error';
  if (answered) return 'http_response_incomplete';
  return isProtocolError(error, code) ? 'http_protocol_error' : 'connection_terminated';
}

const mistakes = [TypeError, RangeError, ReferenceError, SyntaxError];

/** What code throws and a network does not. */
const isMistake = (error: Error, code: unknown): boolean =>
  mistakes.some((kind) => error instanceof kind) ||
  code === 'ERR_ASSERTION' ||
  code === 'ERR_HTTP_HEADERS_SENT';

function isProtocolError(error: Error, code: unknown): boolean {
  // undici 8 leaves the code of its parser's errors undefined.
  if (error.name === 'HTTPParserError') return true;
  if (code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH')
    return true;
  // undici's words for an answer out of turn: an unasked 100 or 101, bytes on an idle connection.
  return code === 'UND_ERR_SOCKET' && error.message.startsWith('bad ');
}
