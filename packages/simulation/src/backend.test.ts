import { describe, expect, it } from 'vitest';
import { type BackendEnding, type Job, SimulatedBackend } from './backend.ts';
import { PhaseScript } from './phase-script.ts';
import type { BackendSettings, Phase } from './scenario.ts';
import { fixed } from './testing/scenarios.ts';
import { VirtualTime } from './virtual-time.ts';

const usual: BackendSettings = {
  workers: 2,
  queue: Infinity,
  service: fixed(10),
  failing: 0,
  errors: 'slow',
  abandon: 'continue',
  knee: null,
};

function world(settings: Partial<BackendSettings> = {}, phases: Phase[] = []) {
  const time = new VirtualTime();
  const script = new PhaseScript(phases);
  const backend = new SimulatedBackend({ ...usual, ...settings }, script, time);
  const ended: [name: string, atMs: number, ending: BackendEnding][] = [];
  const send = (name: string, serviceMs = 10, luck = 0.5): Job => {
    const job: Job = {
      serviceMs,
      luck,
      onEnding: (ending) => ended.push([name, time.now(), ending]),
    };
    backend.send(job);
    return job;
  };
  return { time, backend, ended, send };
}

const phase = (changes: Partial<Phase>): Phase => {
  return { fromMs: 0, toMs: 100, load: 1, service: 1, failing: null, down: false, ...changes };
};

describe('workers', () => {
  it('serve so many at once, the others in the order in which they came', () => {
    const { time, ended, send } = world();
    for (const name of ['a', 'b', 'c', 'd', 'e']) send(name);
    time.run(100);
    expect(ended).toEqual([
      ['a', 10, 200],
      ['b', 10, 200],
      ['c', 20, 200],
      ['d', 20, 200],
      ['e', 30, 200],
    ]);
  });

  it('answer 503 at once when their own line is full', () => {
    const { time, ended, send } = world({ queue: 1 });
    for (const name of ['a', 'b', 'c', 'd']) send(name);
    time.run(0);
    expect(ended).toEqual([['d', 0, 503]]);
  });

  it('count the time in use', () => {
    const { time, backend, send } = world();
    for (const name of ['a', 'b', 'c']) send(name);
    time.run(15);
    expect(backend.tally).toMatchObject({ busyMs: 25, served: 2, wastedMs: 0 });
    expect(backend.longestQueue).toBe(1);
  });

  it('are slower while too many are inside', () => {
    const { time, ended, send } = world({ workers: 4, knee: { at: 2, slope: 1 } });
    for (const name of ['a', 'b', 'c', 'd']) send(name);
    time.run(100);
    expect(ended.map(([name, at]) => [name, at])).toEqual([
      ['a', 10],
      ['b', 10],
      ['c', 15],
      ['d', 20],
    ]);
  });
});

describe('a client that leaves', () => {
  it('is served on by a backend that does not notice, for nothing', () => {
    const { time, backend, ended, send } = world({ workers: 1 });
    const gone = [send('a'), send('b')];
    send('c');
    time.run(5);
    for (const job of gone) backend.abandon(job);
    time.run(100);
    expect(ended).toEqual([['c', 30, 200]]);
    expect(backend.tally).toMatchObject({ busyMs: 30, wastedMs: 20, servedForNobody: 2 });
  });

  it('frees its worker and its place in line where the backend stops', () => {
    const { time, backend, ended, send } = world({ workers: 1, abandon: 'stop' });
    const gone = [send('a'), send('b')];
    send('c');
    time.run(5);
    for (const job of gone) backend.abandon(job);
    time.run(100);
    expect(ended).toEqual([['c', 15, 200]]);
    expect(backend.tally).toMatchObject({ busyMs: 15, wastedMs: 5, servedForNobody: 0 });
  });

  it('hears no refusal that was on its way', () => {
    const { time, backend, ended, send } = world({ workers: 1, queue: 0 });
    send('a');
    backend.abandon(send('b'));
    time.run(5);
    expect(ended).toEqual([]);
  });
});

describe('failing requests', () => {
  it('take their time when slow, and none when fast', () => {
    const slow = world({ failing: 0.2 });
    slow.send('unlucky', 10, 0.19);
    slow.send('lucky', 10, 0.2);
    slow.time.run(100);
    expect(slow.ended).toEqual([
      ['unlucky', 10, 503],
      ['lucky', 10, 200],
    ]);
    const fast = world({ failing: 0.2, errors: 'fast' });
    fast.send('unlucky', 10, 0.19);
    fast.time.run(0);
    expect(fast.ended).toEqual([['unlucky', 0, 503]]);
    expect(fast.backend.busy).toBe(0);
  });
});

describe('phases', () => {
  it('stretch service and change the failing share', () => {
    const { time, ended, send } = world({}, [phase({ service: 3, failing: 1 })]);
    send('a');
    time.run(100);
    expect(ended).toEqual([['a', 30, 503]]);
  });

  it('refuse connections while it is down, and break those that were open', () => {
    const { time, backend, ended, send } = world({ workers: 1 }, [
      phase({ fromMs: 15, toMs: 50, down: true }),
    ]);
    for (const name of ['a', 'b', 'c']) send(name);
    time.run(20);
    send('d');
    time.run(50);
    send('e');
    time.run(100);
    expect(ended).toEqual([
      ['a', 10, 200],
      ['b', 15, 'connection_terminated'],
      ['c', 15, 'connection_terminated'],
      ['d', 20, 'connection_refused'],
      ['e', 60, 200],
    ]);
    expect(backend.tally).toMatchObject({ busyMs: 25, wastedMs: 5, served: 2 });
  });
});
