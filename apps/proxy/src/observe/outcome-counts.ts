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

  add(outcome: Outcome): void {
    const rule = outcomes[outcome];
    this.byOutcome[outcome] += 1;
    this.finished += 1;
    if (rule.class === 'success') this.successful += 1;
    else if (rule.class === 'client_gone') this.clientAborted += 1;
    else this.failed += 1;
    if (rule.timeout) this.timeouts += 1;
    if (rule.queueRejected) this.queueRejected += 1;
  }
}
