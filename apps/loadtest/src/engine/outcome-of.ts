import type { LoadOutcome } from '@spillway/contracts';
import { localErrorOf } from './local-error.ts';

/** How far a request was when its connection failed; `receiving` from the end of the answer's head on. */
export type Progress = 'connecting' | 'waiting' | 'receiving';

/** An answer of 400 and more is not a success, whatever the library thinks of it. */
export function outcomeOfStatus(status: number): LoadOutcome {
  return status >= 400 ? 'status' : 'ok';
}

/**
 * The outcome of a request whose connection failed with an error, or ended (null) without one.
 * `refused` means that no connection came about, for whatever reason but our own exhaustion (`local`), so that
 * nothing was sent.
 */
export function outcomeOfFailure(error: Error | null, progress: Progress): LoadOutcome {
  if (localErrorOf(error) !== null) return 'local';
  const { code = '' } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'ETIMEDOUT' || code === 'UND_ERR_CONNECT_TIMEOUT') return 'timeout';
  if (progress === 'receiving' && /invalid eof state/i.test(error?.message ?? ''))
    return 'truncated';
  if (isProtocolError(code, error)) return 'protocol_error';
  if (progress === 'receiving') return 'truncated';
  // A TLS handshake that is cut: there was a connection.
  if (progress === 'waiting' || cut.has(code)) return 'reset';
  return 'refused';
}

const cut = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

function isProtocolError(code: string, error: Error | null): boolean {
  // Named by its name: undici 8.12 means to give it a code, but looks it up the wrong way round.
  if (error?.name === 'HTTPParserError' || code === 'UND_ERR_HEADERS_OVERFLOW') return true;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) return true;
  // What undici says of a 100 or 101 that nobody asked for.
  return code === 'UND_ERR_SOCKET' && /^bad (response|upgrade)$/.test(error?.message ?? '');
}
