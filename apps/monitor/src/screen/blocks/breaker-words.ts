import type { UpstreamSnapshot } from '@spillway/contracts';
import { formatSeconds } from '@spillway/quantities';
import { cell } from '../text/fit.ts';
import type { Glyphs } from '../text/glyphs.ts';
import type { Span, Style } from '../text/span.ts';

const styles: Readonly<Record<UpstreamSnapshot['breaker']['state'], Style>> = {
  closed: 'good',
  half_open: 'warn',
  open: 'bad',
};

/** Cells that `breakerCell` takes: a sign, and `open, probe due` or `closed 999 failed`. */
export const breakerWidth = 19;

/** The state in a sign and a word, and until when. */
export function breakerCell({ breaker }: UpstreamSnapshot, glyphs: Glyphs): Span {
  const { state, retry_in, consecutive_failures } = breaker;
  const failures = consecutive_failures > 0 ? ` ${consecutive_failures} failed` : '';
  const words = {
    closed: `closed${failures}`,
    half_open: 'probing',
    open: retry_in > 0 ? `open ${formatSeconds(Math.ceil(retry_in))}` : 'open, probe due',
  };
  return cell(`${glyphs.breaker[state]} ${words[state]}`, breakerWidth, { style: styles[state] });
}
