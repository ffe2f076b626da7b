import { fileURLToPath } from 'node:url';
import { freePort } from '@spillway/test-kit/free-port';
import { type PeerName, peers } from '../peers/index.ts';
import type { PeerTarget } from '../peers/peer.ts';
import { type Child, startChild } from '../process/child.ts';
import type { Pinning } from '../process/pin.ts';

const upstreamMain = fileURLToPath(new URL('./upstream/upstream.ts', import.meta.url));
const serveMain = fileURLToPath(new URL('../peers/serve.ts', import.meta.url));

export async function startUpstream(pins: Pinning): Promise<Child> {
  const port = await freePort();
  return startChild('upstream', pins.load([process.execPath, upstreamMain, String(port)]), port);
}

export async function startPeer(name: PeerName, target: PeerTarget, pins: Pinning): Promise<Child> {
  const port = await freePort();
  const peer = await peers[name]();
  const command =
    peer.kind === 'command'
      ? peer.command(target, port)
      : [process.execPath, serveMain, name, target.url, String(target.connections), String(port)];
  return startChild(name, pins.proxy(command), port);
}
