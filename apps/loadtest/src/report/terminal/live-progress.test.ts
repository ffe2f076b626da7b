import { describe, expect, it } from 'vitest';
import { LiveProgress } from './live-progress.ts';

const progress = { sent: 60, ended: 50, ok: 49, refused: 0, local: 0, inFlight: 10, dropped: 0 };
const facts = { warmUpMs: 0, requests: null, durationMs: 60_000 };

function shownAt(times: readonly number[], columns: number | null, over = {}): string[] {
  const written: string[] = [];
  let now = 0;
  const write = (text: string): number => written.push(text);
  const terminal = columns === null ? null : { columns };
  const live = new LiveProgress(
    { terminal, err: write, errRaw: write },
    { ...facts, ...over },
    () => now,
  );
  for (const time of times) {
    now = time;
    live.show(progress);
  }
  live.end();
  return written;
}

describe('elsewhere than on a terminal', () => {
  it('is a plain line every few seconds', () => {
    const lines = shownAt([250, 5_000, 5_250, 10_000], null);
    expect(lines).toEqual([
      '0:55 left, 50 ended, 10/s, 10 under way, 1 failed',
      '0:50 left, 50 ended, 0/s, 10 under way, 1 failed',
    ]);
    expect(lines.join('')).not.toMatch(/\p{Cc}/u);
  });
});

describe('on a terminal', () => {
  it('is one line that overwrites itself, never as wide as the terminal, and clears at the end', () => {
    const lines = shownAt([250, 500], 20);
    expect(lines[1]).toBe('\r\u001b[2K1:00 left, 50 ended');
    expect(lines.at(-1)).toBe('\r\u001b[2K');
    expect(lines[1]?.slice(5).length).toBeLessThan(20);
  });
});

describe('the time left', () => {
  it.each([
    [{}, 30_000, '0:30 left'],
    [{}, 61_000, 'draining'],
    [{ warmUpMs: 10_000 }, 8_000, 'warming up, 0:02 left'],
    [{ durationMs: null, requests: 100 }, 10_000, '0:10 left'],
  ])('with %j after %d ms is told as %s', (over, at, said) => {
    expect(shownAt([at], null, over)[0]).toMatch(new RegExp(`^${said},`));
  });
});
