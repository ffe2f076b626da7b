import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PaintedLine } from './paint-line.ts';
import { Renderer } from './renderer.ts';

const columns = 6;
const painted = (text: string): PaintedLine => ({ text, width: text.length });

function recorder() {
  const writes: string[] = [];
  return { writes, renderer: new Renderer((text) => writes.push(text)) };
}

it('draws a frame in one write, and of the next one only the lines that changed', () => {
  const { writes, renderer } = recorder();
  renderer.draw(['one', 'two', 'three'].map(painted), columns);
  renderer.draw(['one', 'zwei', 'three'].map(painted), columns);
  expect(writes).toHaveLength(2);
  expect(writes[1]).toBe('\x1b[?2026h\x1b[2;1Hzwei\x1b[K\x1b[?2026l');
});

it('writes nothing when nothing changed', () => {
  const { writes, renderer } = recorder();
  for (let times = 0; times < 3; times++) renderer.draw(['same'].map(painted), columns);
  expect(writes).toHaveLength(1);
});

it('does not clear behind a line that fills its row: that would take its last column', () => {
  const { writes, renderer } = recorder();
  renderer.draw(['123456'].map(painted), columns);
  expect(writes[0]).not.toContain('\x1b[K');
});

it('draws everything anew after a change of size, or when somebody else wrote', () => {
  const { writes, renderer } = recorder();
  renderer.draw(['a', 'b'].map(painted), columns);
  renderer.draw(['a', 'b'].map(painted), columns + 1);
  renderer.draw(['a'].map(painted), columns + 1);
  renderer.forget();
  renderer.draw(['a'].map(painted), columns + 1);
  expect(writes.map((write) => write.includes('\x1b[2J'))).toEqual([true, true, true, true]);
});

it('leaves on the screen what the last frame says, whatever was there before', () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: columns });
  const frames = fc.array(fc.array(line, { minLength: 3, maxLength: 3 }), { minLength: 1 });
  fc.assert(
    fc.property(frames, (all) => {
      const screen = Array.from({ length: 3 }, () => 'x'.repeat(columns));
      const renderer = new Renderer((text) => play(text, screen));
      for (const lines of all) renderer.draw(lines.map(painted), columns);
      expect(screen.map((row) => row.trimEnd())).toEqual(all.at(-1)?.map((row) => row.trimEnd()));
    }),
  );
});

/** A terminal that knows just what the renderer uses. */
function play(text: string, screen: string[]): void {
  const body = text.replace('\x1b[?2026h', '').replace('\x1b[?2026l', '');
  const cleared = body.startsWith('\x1b[2J');
  if (cleared) screen.fill(' '.repeat(columns));
  for (const part of body.replace('\x1b[2J', '').split('\x1b[').slice(1)) {
    const place = /^(\d+);1H(.*)$/s.exec(part);
    if (place) {
      const [row, written] = [Number(place[1]) - 1, place[2] ?? ''];
      screen[row] = written + (screen[row] ?? '').slice(written.length);
      cursor = { row, column: written.length };
    } else if (part === 'K') {
      screen[cursor.row] = (screen[cursor.row] ?? '').slice(0, cursor.column).padEnd(columns);
    } else throw new Error(`unknown: ${part}`);
  }
}

let cursor = { row: 0, column: 0 };
