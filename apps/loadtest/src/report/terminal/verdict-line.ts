import type { LoadReport } from '@spillway/contracts';
import type { ChalkInstance } from 'chalk';
import { verdictWords } from '../verdict-words.ts';

/** The last line of a report. */
export function verdictLine({ verdict }: LoadReport, colour: ChalkInstance): string {
  const words = colour.bold(verdictWords[verdict]);
  return verdict === 'passed' ? colour.green(`✓ ${words}`) : colour.red(`✗ ${words}`);
}
