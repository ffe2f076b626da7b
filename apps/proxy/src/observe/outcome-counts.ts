import { type Outcome, outcomeNames, outcomes } from '@spillway/contracts';

/** How many requests, or attempts, ended how; the other counters are sums over it, so that they can't disagree. */
export class OutcomeCounts {
  readonly byOutcome = Object.fromEntries(outcomeNames.map((name) => [name, 0])) as Record<
    Outcome,
    number
  >;
  finished = 0;
  successful = 0;
  failed = 0;
  clientAborted = 0;
  timeouts = 0;
  queueRejected = 0;

  absorb({ byOutcome }: OutcomeCounts): void {
    for (const outcome of outcomeNames) this.add(outcome, byOutcome[outcome]);
  }

  add(outcome: Outcome, count = 1): void {
    const rule = outcomes[outcome];
    this.byOutcome[outcome] += count;
    this.finished += count;
    if (rule.class === 'success') this.successful += count;
    else if (rule.class === 'client_gone') this.clientAborted += count;
    else this.failed += count;
    if (rule.timeout) this.timeouts += count;
    if (rule.queueRejected) this.queueRejected += count;
  }
}
