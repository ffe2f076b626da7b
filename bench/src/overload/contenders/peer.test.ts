import { expect, it } from 'vitest';
import type { ContenderTarget } from './contender.ts';
import { peerOf } from './peer.ts';

const target = { upstreamPort: 7000, port: 8000, folder: '/tmp/x' } as ContenderTarget;

it('fills ports and folder into the command', () => {
  const peer = peerOf('newer=newer --listen={port} --to 127.0.0.1:{upstream} --work {folder}');
  expect(peer.name).toBe('newer');
  expect(peer.command(target)).toEqual([
    'sh',
    '-c',
    'exec newer --listen=8000 --to 127.0.0.1:7000 --work /tmp/x',
  ]);
});

it.each(['newer', '=command {port}', 'newer='])('refuses %s', (text) => {
  expect(() => peerOf(text)).toThrow('expected name=command');
});

it('refuses a command that can not know where to listen', () => {
  expect(() => peerOf('newer=newer')).toThrow('{port}');
});
