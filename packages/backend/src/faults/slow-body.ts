import { pattern } from '../pattern.ts';
import type { Fault } from './fault.ts';

/** A whole and correct body of `size` bytes at `bytesPerSecond`, in small pieces at an even pace. */
export const slowBody: Fault = {
  name: 'slow-body',
  summary: 'send the body at bytesPerSecond',
  async play(exchange) {
    const { res, script } = exchange;
    const stepMs = Math.max(20, 1000 / script.bytesPerSecond);
    const step = Math.max(1, Math.round((script.bytesPerSecond * stepMs) / 1000));
    res.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': script.size,
    });
    res.flushHeaders();
    for (let sent = 0; sent < script.size; ) {
      if (!(await exchange.pause(stepMs))) return 'done';
      const piece = pattern(sent, Math.min(step, script.size - sent));
      res.write(piece);
      sent += piece.length;
    }
    res.end();
    return 'done';
  },
};
