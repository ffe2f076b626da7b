import { execFileSync } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@spillway/test-kit';
import { expect, it, onTestFinished, vi } from 'vitest';
import { LogSink, type LogTrouble } from './log-sink.ts';

const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;
const mebibyte = 2 ** 20;

function sinkTo(fd: number) {
  const failures: string[] = [];
  const recoveries: LogTrouble[] = [];
  const sink = new LogSink(fd, {
    onFailure: (error) => failures.push((error as NodeJS.ErrnoException).code as string),
    onRecovery: (trouble) => recoveries.push(trouble),
  });
  return { sink, failures, recoveries };
}

/** Both ends of a pipe that holds 64 KiB; nothing is read until `readAll` is called. */
function openPipe() {
  const path = join(temporaryDirectory(), 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, O_RDONLY | O_NONBLOCK);
  const writer = openSync(path, O_WRONLY | O_NONBLOCK);
  let text = '';
  const buffer = Buffer.alloc(mebibyte);
  return {
    writer,
    reader,
    /** All that has come so far. */
    readAll(): string {
      try {
        for (let n = 1; n > 0; text += buffer.toString('utf8', 0, n)) n = readSync(reader, buffer);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      }
      return text;
    },
  };
}

function openFile(name: string) {
  const path = join(temporaryDirectory(), name);
  const fd = openSync(path, 'a');
  return { fd, read: () => readFileSync(path, 'utf8') };
}

/** Lines of a kibibyte that carry their number. */
const lineOf = (n: number): string => `${String(n).padStart(7)} ${'x'.repeat(1015)}\n`;
const numbersIn = (text: string): number[] => text.trimEnd().split('\n').map(Number.parseFloat);
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

const eventually = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 10 });

it('writes every line, in order, whatever their number', async () => {
  const file = openFile('log');
  const { sink } = sinkTo(file.fd);
  for (const n of range(0, 3000)) sink.write(lineOf(n));
  await sink.close();
  expect(file.read()).toBe(range(0, 3000).map(lineOf).join(''));
  expect(sink.linesDropped).toBe(0);
});

it('writes a line after a pause without waiting for another', async () => {
  const file = openFile('log');
  const { sink } = sinkTo(file.fd);
  for (const n of [1, 2]) {
    sink.write(lineOf(n));
    await eventually(() => expect(numbersIn(file.read())).toHaveLength(n));
  }
});

it('holds lines for a reader that stalls, drops what is too much, and tells so once', async () => {
  const pipe = openPipe();
  const { sink, failures, recoveries } = sinkTo(pipe.writer);
  for (const n of range(0, 6000)) sink.write(lineOf(n));
  expect(sink.linesDropped).toBeGreaterThan(1000);
  await eventually(() => {
    expect(numbersIn(pipe.readAll())).toHaveLength(6000 - sink.linesDropped);
  });
  expect(recoveries).toEqual([{ linesDropped: sink.linesDropped, failedWrites: 0 }]);
  sink.write(lineOf(6000));
  const kept = range(0, 6000 - sink.linesDropped);
  await eventually(() => expect(numbersIn(pipe.readAll())).toEqual([...kept, 6000]));
  expect(recoveries).toHaveLength(1);
  expect(failures).toEqual([]);
});

it.runIf(existsSync('/dev/full'))(
  'outlives a full disk, and goes on with what it has held',
  async () => {
    const { sink, failures, recoveries } = sinkTo(openSync('/dev/full', 'a'));
    sink.write(lineOf(1));
    await eventually(() => expect(sink.writeErrors).toBeGreaterThan(1));
    sink.write(lineOf(2));
    expect({ failures, recoveries }).toEqual({ failures: ['ENOSPC'], recoveries: [] });
    const file = openFile('log');
    sink.switchTo(file.fd);
    await eventually(() => expect(numbersIn(file.read())).toEqual([1, 2]));
    expect(recoveries).toEqual([{ linesDropped: 0, failedWrites: sink.writeErrors }]);
  },
);

it('outlives a reader that has gone', async () => {
  const pipe = openPipe();
  const { sink, failures } = sinkTo(pipe.writer);
  closeSync(pipe.reader);
  sink.write(lineOf(1));
  await eventually(() => expect(failures).toEqual(['EPIPE']));
  await sink.close();
});

it('begins a new file with a whole line though the old one took half of it', async () => {
  const pipe = openPipe();
  const { sink } = sinkTo(pipe.writer);
  sink.write(`${'y'.repeat(99)}\n`);
  for (const n of range(0, 200)) sink.write(lineOf(n));
  await eventually(() => expect(pipe.readAll().length).toBeGreaterThan(64 * 1024));
  const file = openFile('log');
  sink.switchTo(file.fd);
  await eventually(() => expect(numbersIn(file.read()).at(-1)).toBe(199));
  for (const line of file.read().trimEnd().split('\n')) expect(line).toHaveLength(1023);
});

it('writes to the old file what was logged before the new one', async () => {
  const [old, fresh] = [openFile('old'), openFile('fresh')];
  const { sink } = sinkTo(old.fd);
  for (const n of range(0, 100)) sink.write(lineOf(n));
  sink.switchTo(fresh.fd);
  await eventually(() => expect(numbersIn(old.read())).toEqual(range(0, 100)));
  sink.write(lineOf(100));
  await sink.close();
  expect(numbersIn(fresh.read())).toEqual([100]);
});

it('ends though its reader stalls, with an event loop and without', async () => {
  const pipe = openPipe();
  onTestFinished(() => closeSync(pipe.reader));
  const { sink } = sinkTo(pipe.writer);
  for (const n of range(0, 200)) sink.write(lineOf(n));
  sink.flushSync();
  await sink.close();
  expect(pipe.readAll().length).toBeGreaterThan(0);
});
