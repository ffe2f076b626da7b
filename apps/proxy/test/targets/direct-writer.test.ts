import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { DirectWriter } from '../../src/system/direct-writer.ts';
import { RawClient } from '../kit/raw-client.ts';

/** A socket of the proxy's side, and whoever reads it. */
async function pair(): Promise<{ socket: Socket; peer: RawClient }> {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const peer = await RawClient.connect((server.address() as { port: number }).port);
  const [socket] = (await accepted) as [Socket];
  onTestFinished(() => void socket.destroy());
  return { socket, peer };
}

/** Bytes that tell their place, so that none can be lost, doubled or swapped unnoticed. */
function numbered(from: number, size: number): Buffer {
  const words = Uint32Array.from({ length: size / 4 }, (_, i) => from / 4 + i);
  return Buffer.from(words.buffer);
}

test.each([true, false])(
  'Memory is its owner’s again when a write returns, whatever the kernel takes (plain: %s)',
  async (plain) => {
    const { socket, peer } = await pair();
    peer.socket.pause();
    const writer = new DirectWriter(socket, plain);
    const size = 256 * 1024;
    const memory = Buffer.alloc(size);
    const sent: Buffer[] = [];
    const said: boolean[] = [];
    let out = 0;
    // Well beyond what the system holds for a peer that does not read.
    for (let i = 0; i < 30; i++) {
      numbered(i * size, size).copy(memory);
      sent.push(Buffer.from(`<${i}`), Buffer.from(memory), Buffer.from('>'));
      said.push(writer.write(`<${i}`, memory, '>', (error) => void (error || out++)));
      memory.fill('#');
    }
    expect(said[0]).toBe(plain);
    expect(said.at(-1)).toBe(false);
    const taken = writer.bytesWritten;
    const all = Buffer.concat(sent);
    expect(taken).toBeLessThan(all.length);
    peer.socket.resume();
    expect((await peer.reader.exactly(all.length, 'all of it')).equals(all)).toBe(true);
    await new Promise((resolve) => socket.write('', resolve));
    expect(out).toBe(said.filter((isOut) => !isOut).length);
    expect(writer.bytesWritten).toBe(all.length);
  },
);

test('A socket that is gone takes nothing, and its writer hears an error', async () => {
  const { socket } = await pair();
  socket.on('error', () => {});
  socket.destroy();
  const heard = new Promise((resolve) => {
    const said = new DirectWriter(socket, true).write('', Buffer.alloc(10_000), '', resolve);
    expect(said).toBe(false);
  });
  expect(await heard).toBeInstanceOf(Error);
});
