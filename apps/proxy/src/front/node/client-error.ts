import type { Socket } from 'node:net';
import { badRequestResponse, parseFaultText } from '../bad-request.ts';
import type { RequestHandler } from '../request-handler.ts';
import { type ClientSocket, latestOf, unfinishedClient } from './client-socket.ts';
import { isClosing, type StagedCloses } from './staged-close.ts';

interface ParserError extends Error {
  code?: string;
}

/** What node:http's parser could not read: answered, counted, and the connection closed. */
export function onClientError(
  handler: RequestHandler,
  closes: StagedCloses,
  error: ParserError,
  socket: Socket,
): void {
  if (isClosing(socket)) return;
  const client = latestOf(socket);
  const owner = client?.owner ?? null;
  if (client !== null && owner !== null && !owner.settled) {
    // The fault is in a later, pipelined message: finish the one under way, then close.
    if (client.req.complete) client.closeAfterwards();
    else if (hasLeft(error)) owner.onBodyBrokenOff();
    else owner.onBodyMalformed(statusOf(error), parseFaultText(error.code ?? error.message));
    return;
  }
  const answered = client ?? (socket as ClientSocket)[unfinishedClient];
  if (answered?.req.complete === false) {
    // Refused by its head already: a second answer would be taken for that of the next request.
    closes.close(socket);
    return;
  }
  // A connection that never said anything, or broke: there is nobody to answer.
  if (!socket.writable || socket.bytesRead === 0 || hasBroken(error)) {
    socket.destroy();
    return;
  }
  refuseUnreadable(
    handler,
    closes,
    socket,
    statusOf(error),
    parseFaultText(error.code ?? error.message),
  );
}

/** As above where whoever asks is no client, and counted nowhere. */
export function onAdminError(closes: StagedCloses, error: ParserError, socket: Socket): void {
  if (isClosing(socket)) return;
  const isAnswered = (socket as ClientSocket)[unfinishedClient]?.req.complete === false;
  if (!isAnswered && socket.writable && socket.bytesRead > 0 && !hasBroken(error)) {
    socket.write(badRequestResponse(statusOf(error), parseFaultText(error.code ?? error.message)));
    closes.close(socket);
  } else {
    socket.destroySoon();
  }
}

/** Answers and counts what never became a request, and closes the connection. */
function refuseUnreadable(
  handler: RequestHandler,
  closes: StagedCloses,
  socket: Socket,
  status: number,
  reason: string,
): void {
  handler.unreadable(status, reason, addressOf(socket));
  socket.write(badRequestResponse(status, reason));
  closes.close(socket);
}

/** The parser's word for a connection that ended within a body, or the socket's for one that broke. */
const hasLeft = ({ code = '' }: ParserError): boolean =>
  code === 'HPE_INVALID_EOF_STATE' || !/^(HPE|ERR)_/.test(code);

const hasBroken = ({ code }: ParserError): boolean => code === 'ECONNRESET';

const addressOf = (socket: Socket): string => socket.remoteAddress ?? 'unknown';

function statusOf(error: ParserError): number {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return 431;
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return 413;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 408;
    default:
      return 400;
  }
}
