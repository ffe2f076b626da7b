import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { TimerWheel } from '@spillway/core';
import { ManualTime } from '@spillway/core/testing';
import { expect, onTestFinished, test } from 'vitest';
import { type AddressFailure, AddressRace } from '../../src/service/upstream/race-addresses.ts';
import { FullBacklog } from '../diagnosis/full-backlog.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { eventually } from '../kit/waiting-line.ts';

// Every address of 127.0.0.0/8 is this machine on Linux, so that a port may be served at one and refused at others.
const here = test.runIf(process.platform === 'linux');

/** The delay of RFC 8305 section 5, and a tick. */
const delayMs = 260;

type End = { winner: string } | { failures: string[] };

function race(port: number, ...ips: string[]) {
  const time = new ManualTime();
  const wheel = new TimerWheel(time);
  let end: End | null = null;
  const running = new AddressRace(
    ips.map((address) => ({ address, family: 4 })),
    port,
    wheel,
    {
      onRaceWon: (socket: Socket, { address }) => {
        end = { winner: address };
        socket.destroy();
      },
      onRaceLost: (failures: readonly AddressFailure[]) => {
        end = { failures: failures.map(({ address, error }) => `${address} ${error.code}`) };
      },
    },
  );
  onTestFinished(() => running.cancel());
  const ended = async () => {
    await eventually(() => expect(end).not.toBeNull());
    expect([wheel.size, running.silent]).toEqual([0, []]);
    return end;
  };
  return { time, wheel, running, ended };
}

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const portOf = (server: FullBacklog): number => Number(new URL(server.url).port);

test('One address takes no timer', async () => {
  const { port } = await RawUpstream.start();
  const { wheel, ended } = race(port, '127.0.0.1');
  expect(wheel.size).toBe(0);
  expect(await ended()).toEqual({ winner: '127.0.0.1' });
});

here('An address that refuses is followed by the next one, without a delay', async () => {
  const { port } = await RawUpstream.start();
  const { ended } = race(port, '127.0.0.3', '127.0.0.2', '127.0.0.1');
  expect(await ended()).toEqual({ winner: '127.0.0.1' });
});

here('An address that is silent is joined by the next one after the delay', async () => {
  const full = await FullBacklog.start();
  await RawUpstream.start(portOf(full), '127.0.0.2');
  const { time, running, ended } = race(portOf(full), '127.0.0.1', '127.0.0.2');
  expect(running.silent).toEqual(['127.0.0.1']);
  time.advance(delayMs);
  expect(running.silent).toEqual(['127.0.0.1', '127.0.0.2']);
  expect(await ended()).toEqual({ winner: '127.0.0.2' });
});

here('A full accept queue is waited for although the other address was refused', async () => {
  const full = await FullBacklog.start();
  const { time, running, ended } = race(portOf(full), '127.0.0.1', '127.0.0.2');
  time.advance(delayMs);
  await eventually(() => expect(running.failures).toHaveLength(1));
  expect(running.silent).toEqual(['127.0.0.1']);
  full.goOn();
  expect(await ended()).toEqual({ winner: '127.0.0.1' });
});

here('When all have failed each is told with its reason', async () => {
  const { ended } = race(await closedPort(), '127.0.0.1', '127.0.0.2');
  expect(await ended()).toEqual({ failures: ['127.0.0.1 ECONNREFUSED', '127.0.0.2 ECONNREFUSED'] });
});
