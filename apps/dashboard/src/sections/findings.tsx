import type { Finding, FindingSeverity } from '@spillway/contracts';
import { formatEvidence } from '@spillway/diagnosis';
import { formatSeconds } from '../format/seconds.ts';
import { nameOf } from '../watch/all-findings.ts';
import { CopyText } from './copy-text.tsx';

const severities: Readonly<Record<FindingSeverity, { word: string; sign: string }>> = {
  critical: { word: 'Critical', sign: '✕' },
  warning: { word: 'Warning', sign: '!' },
  hint: { word: 'Hint', sign: 'i' },
};

interface FindingsProps {
  readonly findings: readonly Finding[];
  /** Enough was seen to say that there is none. */
  readonly known: boolean;
  readonly healthy: boolean;
}

/** What is wrong, why, and what to change: the first thing on the page. */
export function Findings({ findings, known, healthy }: FindingsProps) {
  return (
    <section aria-labelledby="findings">
      <header class="section-head">
        <h2 id="findings">What to do</h2>
      </header>
      <p class="unseen" aria-live="polite">
        {known ? spoken(findings) : ''}
      </p>
      {findings.length === 0 ? (
        <NoFinding {...{ known, healthy }} />
      ) : (
        <div class="findings">
          {findings.map((finding) => (
            <FindingCard key={nameOf(finding)} finding={finding} />
          ))}
        </div>
      )}
    </section>
  );
}

/** A trouble that just began has no finding yet: those need to be seen for some polls. */
function NoFinding({ known, healthy }: Pick<FindingsProps, 'known' | 'healthy'>) {
  const isWell = known && healthy;
  return (
    <p class={`card no-finding ${isWell ? 'fine' : ''}`}>
      <span class="sign" aria-hidden="true">
        {isWell ? '✓' : '…'}
      </span>
      {isWell ? 'Nothing needs to change.' : known ? 'No cause is known yet. Looking.' : 'Looking.'}
    </p>
  );
}

/** Changes only when a finding comes or goes, not with each number in it. */
function spoken(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'No findings.';
  const each = findings.map(({ severity, rule, upstream }) => {
    const at = upstream === null ? '' : ` at ${upstream}`;
    return `${severities[severity].word}: ${rule.replaceAll('-', ' ')}${at}.`;
  });
  return `Findings: ${findings.length}. ${each.join(' ')}`;
}

function FindingCard({ finding }: { finding: Finding }) {
  const { severity, symptom, upstream, evidence, cause, remedy, changes, for_seconds } = finding;
  const { word, sign } = severities[severity];
  return (
    <article class={`card finding ${severity}`} data-rule={finding.rule}>
      <header>
        <span class="badge">
          <span aria-hidden="true">{sign}</span> {word}
        </span>
        {upstream !== null && <span class="at">{upstream}</span>}
        {for_seconds >= 1 && <span class="at">for {formatSeconds(Math.floor(for_seconds))}</span>}
      </header>
      <h3>{symptom}</h3>
      <p class="cause">{cause}</p>
      <p class="remedy">
        <strong>Remedy</strong> {remedy}
      </p>
      {changes.length > 0 && (
        <CopyText
          label="Copy the flags"
          text={changes.map(({ flag, to }) => `${flag} ${to}`).join(' ')}
          note={changes
            .map(({ flag, from, to }) => `${flag} is ${from ?? 'not set'} now; make it ${to}`)
            .join('; ')}
        />
      )}
      {evidence.length > 0 && (
        <ul class="evidence" aria-label="Evidence">
          {evidence.map((one) => (
            <li key={one.what}>{formatEvidence(one)}</li>
          ))}
        </ul>
      )}
    </article>
  );
}
