import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exchangeRaw, get, sendRaw } from '../../test/raw-client.ts';
import { type Backend, startBackend } from '../backend.ts';
import { patternBuffer } from '../pattern.ts';
import { faults } from './index.ts';

let backend: Backend;
beforeEach(async () => {
  backend = await startBackend();
});
afterEach(() => backend.close());

const half = patternBuffer(1000).subarray(0, 500);
const bodyOf = (bytes: Buffer) => bytes.subarray(bytes.indexOf('\r\n\r\n') + 4);
const play = (fault: string) =>
  exchangeRaw(backend.port, get(`/x?fault=${fault}&size=1000&bytesPerSecond=20000`));

describe('before the headers', () => {
  it('reset resets without a byte', async () => {
    expect(await play('reset')).toMatchObject({ text: '', end: 'reset' });
  });

  it('close ends cleanly without a byte', async () => {
    expect(await play('close')).toMatchObject({ text: '', end: 'fin' });
  });

  it('close ends cleanly even with an unread body', async () => {
    const request = `POST /x?fault=close HTTP/1.1\r\nHost: b\r\nContent-Length: 100000\r\n\r\n${'x'.repeat(50_000)}`;
    expect(await exchangeRaw(backend.port, request)).toMatchObject({ text: '', end: 'fin' });
  });

  it('garbage is no HTTP', async () => {
    const { text, end } = await play('garbage');
    expect(text).not.toContain('HTTP/1.1');
    expect(text.length).toBeGreaterThan(0);
    expect(end).toBe('fin');
  });
});

describe('within the body', () => {
  it('reset-body sends half and resets', async () => {
    const { text, bytes, end } = await play('reset-body');
    expect(text).toContain('content-length: 1000\r\n');
    expect(half.subarray(0, bodyOf(bytes).length)).toEqual(bodyOf(bytes));
    expect(end).toBe('reset');
  });

  it('truncated-length promises 1000 bytes, sends 500 and ends cleanly', async () => {
    const { text, bytes, end } = await play('truncated-length');
    expect(text).toContain('content-length: 1000\r\n');
    expect(bodyOf(bytes)).toEqual(half);
    expect(end).toBe('fin');
  });

  it('truncated-chunked lacks the last chunk and ends cleanly', async () => {
    const { text, end } = await play('truncated-chunked');
    expect(text).toContain('transfer-encoding: chunked\r\n');
    expect(text.endsWith('\r\n0\r\n\r\n')).toBe(false);
    expect(end).toBe('fin');
  });

  it('slow-body is whole and correct, in many pieces', async () => {
    const answer = await fetch(`${backend.url}/x?fault=slow-body&size=1000&bytesPerSecond=20000`);
    const pieces: Uint8Array[] = [];
    for await (const piece of answer.body!) pieces.push(piece);
    expect(Buffer.concat(pieces)).toEqual(patternBuffer(1000));
    expect(backend.stats().finished).toBe(1);
  });
});

describe('until released', () => {
  it('hang answers well once released', async () => {
    const pending = fetch(`${backend.url}/x?fault=hang`);
    await backend.waitFor(({ hanging }) => hanging === 1);
    expect(backend.releaseAll()).toBe(1);
    expect((await pending).status).toBe(200);
    expect(backend.releaseAll()).toBe(0);
  });

  it('hang ends when the client leaves', async () => {
    const socket = sendRaw(backend.port, get('/x?fault=hang'));
    await backend.waitFor(({ hanging }) => hanging === 1);
    socket.destroy();
    expect(await backend.waitFor(({ aborted }) => aborted === 1)).toMatchObject({ active: 0 });
  });

  it('hang-body falls silent after half and sends the rest once released', async () => {
    const answer = await fetch(`${backend.url}/x?fault=hang-body&size=1000`);
    await backend.waitFor(({ hanging }) => hanging === 1);
    backend.releaseAll();
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(patternBuffer(1000));
  });
});

it('close-after answers well, announces keep-alive and closes', async () => {
  const { text, end } = await play('close-after');
  expect(text).toContain('HTTP/1.1 200 OK');
  expect(text).toContain('Connection: keep-alive');
  expect(end).toBe('fin');
});

it.each(faults.map(({ name }) => name))('%s ends in exactly one count', async (name) => {
  if (name.startsWith('hang')) {
    const socket = sendRaw(backend.port, get(`/x?fault=${name}`));
    await backend.waitFor(({ hanging }) => hanging === 1);
    socket.destroy();
  } else {
    const socket = sendRaw(backend.port, get(`/x?fault=${name}&size=10&bytesPerSecond=1000`));
    socket.resume();
  }
  const stats = await backend.waitFor(({ received, active }) => received === 1 && active === 0);
  expect(stats.finished + stats.aborted + stats.broken).toBe(1);
});
