import type { Outcome } from '@spillway/contracts';
import { ConnectError } from '../upstream/connect.ts';

/** An undici or socket error as an outcome, by its stable code; `answered`: headers had arrived. */
export function classifyError(error: Error, answered: boolean): Outcome {
  if (error instanceof ConnectError) return error.code;
  const code = (error as { code?: unknown }).code;
  // Raised before anything is written: a request that undici will not put on the wire.
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') return 'client_error';
  if (answered) return 'http_response_incomplete';
  return isProtocolError(error, code) ? 'http_protocol_error' : 'connection_terminated';
}

function isProtocolError(error: Error, code: unknown): boolean {
  // undici 8 leaves the code of its parser's errors undefined.
  if (error.name === 'HTTPParserError') return true;
  if (code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH')
    return true;
  // undici's words for an answer out of turn: an unasked 100 or 101, bytes on an idle connection.
  return code === 'UND_ERR_SOCKET' && error.message.startsWith('bad ');
}
