import { Writable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HeldAnswer } from './held-answer.ts';
import { HeldMemory } from './held-memory.ts';

const KiB = 1024;
const anything = Infinity;

/** A client that takes what is there whenever it is told to. */
class Client extends Writable {
  readonly taken: Buffer[] = [];
  #written: (() => void) | null = null;

  constructor() {
    super({ highWaterMark: 100 });
  }

  override _write(chunk: Buffer, _encoding: string, written: () => void): void {
    this.taken.push(chunk);
    this.#written = written;
  }

  read(): void {
    const written = this.#written;
    this.#written = null;
    written?.();
  }
}

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ push: fc.integer({ min: 1, max: 64 * KiB }) }) },
  { weight: 2, arbitrary: fc.constant('drain' as const) },
  { weight: 1, arbitrary: fc.constant('finish' as const) },
);

test('Whatever comes goes out in order, and what is taken is within the limits and given back', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 300 * KiB }),
      fc.integer({ min: 0, max: 600 * KiB }),
      fc.array(fc.tuple(fc.nat(2), step), { maxLength: 60 }),
      (limitBytes, totalBytes, steps) => {
        const memory = new HeldMemory(totalBytes);
        const answers = [0, 1, 2].map(() => ({
          held: new HeldAnswer(limitBytes, memory),
          client: new Client(),
          sent: [] as Buffer[],
          heldBytes: 0,
          room: false,
        }));
        for (const [index, what] of steps) {
          const answer = answers[index] as (typeof answers)[0];
          const { held, client, sent } = answer;
          if (what === 'drain') {
            client.read();
            held.writeTo(client);
            answer.room = false;
          } else if (what === 'finish') {
            held.makeRoom(0);
            answer.room = false;
          } else {
            answer.room ||= held.makeRoom(anything);
            if (!answer.room) continue;
            const chunk = Buffer.alloc(what.push, sent.length);
            held.push(chunk);
            sent.push(chunk);
            answer.room = held.makeRoom(anything);
          }
          const heldBytes = held.empty
            ? 0
            : sent.slice(client.taken.length).reduce((sum, { length }) => sum + length, 0);
          expect(memory.heldBytes).toBeLessThanOrEqual(totalBytes);
          expect(heldBytes).toBeLessThan(limitBytes + 65 * KiB);
        }
        for (const { held, client, sent } of answers) {
          for (let i = 0; i <= sent.length; i++) {
            client.read();
            held.writeTo(client);
          }
          expect(held.empty).toBe(true);
          client.read();
          expect(client.taken.map((chunk) => [chunk[0], chunk.length])).toEqual(
            sent.map((chunk) => [chunk[0], chunk.length]),
          );
        }
        expect(memory.heldBytes).toBe(0);
      },
    ),
  );
});

test('Of an answer whose length is known, no more room is taken than what is to come', () => {
  const memory = new HeldMemory(1000);
  const held = new HeldAnswer(1000, memory);
  expect(held.makeRoom(1000)).toBe(false);
  expect(held.makeRoom(500)).toBe(true);
  expect(memory.heldBytes).toBeLessThan(700);
  held.push(Buffer.alloc(500));
  expect(held.makeRoom(0)).toBe(true);
  held.drop();
  expect([held.empty, memory.heldBytes]).toEqual([true, 0]);
});

test('Where nothing more comes nothing has to wait, even when there is no memory', () => {
  const held = new HeldAnswer(0, new HeldMemory(0));
  expect([held.makeRoom(0), held.makeRoom(1), held.makeRoom(anything)]).toEqual([
    true,
    false,
    false,
  ]);
});

test('Single bytes count with the memory that each of them takes', () => {
  const memory = new HeldMemory(1_000_000);
  const held = new HeldAnswer(256 * KiB, memory);
  let bytes = 0;
  for (; held.makeRoom(anything); bytes++) held.push(Buffer.alloc(1));
  expect(bytes).toBeLessThan(3000);
  held.drop();
  expect(memory.heldBytes).toBe(0);
});
