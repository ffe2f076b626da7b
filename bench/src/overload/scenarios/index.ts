import type { Scenario } from '../scenario.ts';
import { blackout } from './blackout.ts';
import { brownout } from './brownout.ts';
import { fairness } from './fairness.ts';
import { fewAndLong } from './few-and-long.ts';
import { half500 } from './half-500.ts';
import { halfFailing } from './half-failing.ts';
import { impatient } from './impatient.ts';
import { mixed } from './mixed.ts';
import { priority } from './priority.ts';
import { retries } from './retries.ts';
import { roomForAll } from './room-for-all.ts';
import { spike } from './spike.ts';
import { steady } from './steady.ts';
import { tenants } from './tenants.ts';

/** Every scenario, in the order of measuring; a new one is a file and a line here. */
export const scenarios: readonly Scenario[] = [
  steady(0.7),
  steady(1.2),
  steady(2),
  steady(5),
  spike,
  brownout,
  blackout,
  retries,
  impatient,
  priority,
  fairness,
  mixed('mixed', []),
  mixed('mixed, keys', ['--fairness-key', 'header:x-key']),
  halfFailing('half failing', '20%'),
  halfFailing('half failing, 100%', '100%'),
  half500,
  roomForAll,
  tenants,
  fewAndLong,
];
