import type { UpstreamSnapshot } from '@spillway/contracts';
import { cell } from '../text/fit.ts';
import type { Glyphs } from '../text/glyphs.ts';
import { formatSeconds } from '../text/quantities.ts';
import type { Span, Style } from '../text/span.ts';

const styles: Readonly<Record<UpstreamSnapshot['breaker']['state'], Style>> = {
  closed: 'good',
  half_open: 'warn',
  open: 'bad',
};

/** The state in a sign and a word, and until when. */
export function breakerCell({ breaker }: UpstreamSnapshot, width: number, glyphs: Glyphs): Span {
  const { state, retry_in, consecutive_failures } = breaker;
  const failures = consecutive_failures > 0 ? ` ${consecutive_failures} failed` : '';
  const words = {
    closed: `closed${failures}`,
    half_open: 'probing',
    open: retry_in > 0 ? `open ${formatSeconds(Math.ceil(retry_in))}` : 'open, probe due',
  };
  return cell(`${glyphs.breaker[state]} ${words[state]}`, width, { style: styles[state] });
}
