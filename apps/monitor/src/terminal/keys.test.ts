import { expect, it } from 'vitest';
import type { ScreenState } from '../screen/screen-state.ts';
import { badReading, start, watched } from '../testing/readings.ts';
import { parseKeys } from './keys.ts';
import { applyKey, intervalAfter } from './screen-commands.ts';

it('takes keys apart that come in one piece', () => {
  expect(parseKeys('jj\x1b[A\x1bOB\x1b[5~q')).toEqual(['j', 'j', 'up', 'down', 'page_up', 'q']);
  expect(parseKeys('\x03\x1a \t\x1b[Z\x1b')).toEqual([
    ...['ctrl_c', 'ctrl_z', 'space', 'tab', 'shift_tab', 'escape'],
  ]);
});

const url = (name: string) => watched([badReading(0, {}, `http://${name}`)]);
const state: ScreenState = {
  ...{ proxies: [url('a'), url('b')], selected: null, service: null },
  ...{ view: 'overview', scroll: 7 },
  ...{ paused: false, help: false, now: start, nextAt: null, intervalMs: 5_000 },
  ...{ label: null, caption: [] },
};
const press = (keys: string, from: ScreenState = state): ScreenState =>
  parseKeys(keys).reduce((before, key) => applyKey(before, key, 10) ?? before, from);

it('turns through the views, from the top of each', () => {
  expect(press('3')).toMatchObject({ view: 'latency', scroll: 0 });
  expect(press('\t')).toMatchObject({ view: 'upstreams', scroll: 0 });
  expect(press('\x1b[Z').view).toBe('raw');
  expect(press('\t\t\t\t').view).toBe('overview');
});

it('goes from all proxies to each and back', () => {
  expect(press('n').selected).toBe(0);
  expect(press('nn').selected).toBe(1);
  expect(press('nnn').selected).toBeNull();
  expect(press('p').selected).toBe(1);
  const alone = { ...state, proxies: state.proxies.slice(0, 1), selected: 0 };
  expect(press('n', alone).selected).toBe(0);
});

it('scrolls by rows and pages, never above the first', () => {
  expect(press('jjk').scroll).toBe(8);
  expect(press('\x1b[6~').scroll).toBe(17);
  expect(press('g').scroll).toBe(0);
  expect(press('gk').scroll).toBe(0);
});

it('pauses, helps, and knows nothing of other keys', () => {
  expect(press(' ').paused).toBe(true);
  expect(press('?').help).toBe(true);
  expect(press('?\x1b').help).toBe(false);
  expect(press('?2')).toMatchObject({ help: false, view: 'upstreams' });
  expect(applyKey(state, 'x', 10)).toBeNull();
});

it('polls less often with + and more often with -, within bounds', () => {
  expect(intervalAfter(5_000, '+')).toBe(10_000);
  expect(intervalAfter(5_000, '-')).toBe(2_000);
  expect(intervalAfter(300, '-')).toBe(300);
  expect(intervalAfter(90_000, '+')).toBe(90_000);
  expect(intervalAfter(5_000, 'q')).toBeNull();
});
