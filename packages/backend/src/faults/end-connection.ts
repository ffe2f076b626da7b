import type { Exchange } from '../exchange.ts';

/** Sends what is written and then FIN, whatever the answer still owes. */
export function endConnection({ req }: Exchange): void {
  // Bytes left unread would make the system send RST instead of FIN.
  req.resume();
  req.socket.end(() => req.socket.destroySoon());
}
