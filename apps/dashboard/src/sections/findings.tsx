import type { Change, Finding, FindingSeverity, Health } from '@spillway/contracts';
import { formatEvidence, settingName } from '@spillway/diagnosis';
import { formatSeconds } from '@spillway/quantities';
import type { Answer } from '../ask/answer.ts';
import { CopyText } from './copy-text.tsx';

const severities: Readonly<Record<FindingSeverity, { word: string; sign: string }>> = {
  critical: { word: 'Critical', sign: '✕' },
  warning: { word: 'Warning', sign: '!' },
  hint: { word: 'Hint', sign: 'i' },
};

interface FindingsProps {
  /** What the proxy says of itself; null until it did. */
  readonly health: Answer<Health> | null;
  readonly healthy: boolean;
  /** The only one to tell of, with the process; null: all. */
  readonly service: string | null;
}

/** The same for as long as the same rule holds at the same upstream of the same service. */
const nameOf = ({ rule, service, upstream }: Finding): string =>
  `${rule} ${service ?? ''} ${upstream ?? ''}`;

/** What is wrong, why, and what to change: the first thing on the page. */
export function Findings({ health, healthy, service }: FindingsProps) {
  const findings = health?.kind === 'answer' ? findingsOf(health.value, service) : null;
  return (
    <section aria-labelledby="findings">
      <header class="section-head">
        <h2 id="findings">What to do</h2>
      </header>
      <p class="unseen" aria-live="polite">
        {findings === null ? '' : spoken(findings)}
      </p>
      {findings === null || findings.length === 0 ? (
        <NoFinding {...{ health, healthy }} />
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

/** What is about the process concerns every service. */
const findingsOf = ({ findings }: Health, service: string | null): readonly Finding[] =>
  findings.filter((one) => service === null || (one.service ?? service) === service);

/** A trouble that just began has no finding yet: the proxy needs to see those for some time. */
function NoFinding({ health, healthy }: Omit<FindingsProps, 'service'>) {
  const isWell = health?.kind === 'answer' && healthy;
  return (
    <p class={`card no-finding ${isWell ? 'fine' : ''}`}>
      <span class="sign" aria-hidden="true">
        {isWell ? '✓' : '…'}
      </span>
      {isWell ? 'Nothing needs to change.' : whyUnknown(health)}
    </p>
  );
}

function whyUnknown(health: Answer<Health> | null): string {
  if (health === null) return 'Looking.';
  return health.kind === 'failure'
    ? `Not known now. ${health.detail}`
    : 'No cause is known yet. Looking.';
}

/** Changes only when a finding comes or goes, not with each number in it. */
function spoken(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'No findings.';
  const each = findings.map(({ severity, rule, service, upstream }) => {
    const places = [service, upstream].filter((place) => place != null);
    const at = places.length === 0 ? '' : ` at ${places.join(', ')}`;
    return `${severities[severity].word}: ${rule.replaceAll('-', ' ')}${at}.`;
  });
  return `Findings: ${findings.length}. ${each.join(' ')}`;
}

function FindingCard({ finding }: { finding: Finding }) {
  const { severity, symptom, service, upstream, evidence, cause, remedy, for_seconds } = finding;
  const { word, sign } = severities[severity];
  return (
    <article class={`card finding ${severity}`} data-rule={finding.rule}>
      <header>
        <span class="badge">
          <span aria-hidden="true">{sign}</span> {word}
        </span>
        {service !== undefined && <span class="at">{service}</span>}
        {upstream !== null && <span class="at">{upstream}</span>}
        {for_seconds >= 1 && <span class="at">for {formatSeconds(Math.floor(for_seconds))}</span>}
      </header>
      <h3>{symptom}</h3>
      <p class="cause">{cause}</p>
      <p class="remedy">
        <strong>Remedy</strong> {remedy}
      </p>
      <Changes finding={finding} />
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

/** Flags to be typed, or, of one service among several, members for its object in the file. */
function Changes({ finding: { changes, service } }: { finding: Finding }) {
  if (changes.length === 0) return null;
  const flags = changes.map(({ flag, to }) => `${flag} ${to}`).join(' ');
  return (
    <CopyText
      label={service === undefined ? 'Copy the flags' : 'Copy for the file'}
      text={service === undefined ? flags : changes.map(fileMember).join(', ')}
      note={changes
        .map((change) => {
          const { from, to } = change;
          return `${settingName(change, service)} is ${from ?? 'not set'} now; make it ${to}`;
        })
        .join('; ')}
    />
  );
}

/** `"max_queue_size": 200`, `"read_timeout": "5m"`. */
function fileMember({ flag, to }: Change): string {
  const value = /^\d+$/.test(to) ? to : JSON.stringify(to);
  return `"${flag.slice(2).replaceAll('-', '_')}": ${value}`;
}
