import { isIPv6 } from 'node:net';

/** What a machine or a process runs out of: descriptors, local ports, memory for sockets. */
const exhaustion = new Set([
  'EMFILE',
  'ENFILE',
  'EADDRNOTAVAIL',
  'ENOBUFS',
  'ENOMEM',
  'EAI_MEMORY',
]);

/** The code of an error that says nothing about the target, as this side had nothing left to send with; else null. */
export function localErrorOf(error: Error | null): string | null {
  const { code = '', errors } = (error ?? {}) as ConnectError;
  // One for each address of a name: what the code of the whole says is just the first one's.
  if (errors !== undefined) return localErrorOfAny(errors);
  return exhaustion.has(code) ? code : null;
}

/** The same of a thread that didn't come up: what it says of the cause is text. */
export function isThreadShortage(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ERR_WORKER_INIT_FAILED' || /too many open files/.test(error.message);
}

interface ConnectError {
  readonly code?: string;
  readonly address?: string;
  readonly errors?: readonly ConnectError[];
}

/** Without IPv6 here, `::1` of `localhost` isn't available ever: the address that is decides. */
function localErrorOfAny(errors: readonly ConnectError[]): string | null {
  const isAbsent = ({ code, address = '' }: ConnectError) =>
    code === 'EADDRNOTAVAIL' && isIPv6(address);
  const telling = errors.filter((error) => !isAbsent(error));
  const codes = (telling.length > 0 ? telling : errors).map(({ code = '' }) => code);
  return codes.find((code) => exhaustion.has(code)) ?? null;
}
