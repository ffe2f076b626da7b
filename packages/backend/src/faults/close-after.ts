import type { Fault } from './fault.ts';

/** A good answer, then the connection ends without having announced it: the keep-alive race. */
export const closeAfter: Fault = {
  name: 'close-after',
  summary: 'answer well, then close the connection unannounced',
  async play({ req, res }) {
    // The answer must say keep-alive, which it does by default.
    res.on('finish', () => req.socket.destroySoon());
    return 'answer';
  },
};
