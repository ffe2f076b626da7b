import { isRefusal } from './front-door.ts';
import { GroupLedger } from './ledger.ts';
import type { Spread, Tally } from './result.ts';
import type { Samples } from './samples.ts';

export function tallyOf(ledger: GroupLedger): Tally {
  const { offered, good, endings } = ledger;
  const ended = [...endings.values()].reduce((sum, n) => sum + n, 0);
  const others = [...endings].filter(([outcome]) => outcome !== 'ok');
  const perRequest = (count: number): number => (ended === 0 ? 0 : count / ended);
  return {
    offered,
    good,
    refused: others.reduce((sum, [ending, n]) => sum + (isRefusal(ending) ? n : 0), 0),
    left: endings.get('client_gone') ?? 0,
    notGood: Object.fromEntries(others.sort(([, a], [, b]) => b - a)),
    unfinished: offered - ended,
    waited: ledger.good === 0 ? 0 : ledger.waited / ledger.good,
    waitMs: spreadOf(ledger.waits),
    responseMs: spreadOf(ledger.responses),
    refusalMs: spreadOf(ledger.refusals),
    sendsPerRequest: perRequest(ledger.sends),
    upstreamPerRequest: perRequest(ledger.attempts),
  };
}

export function sumOf(ledgers: Iterable<GroupLedger>): GroupLedger {
  const sum = new GroupLedger();
  for (const ledger of ledgers) {
    sum.offered += ledger.offered;
    sum.good += ledger.good;
    sum.waited += ledger.waited;
    sum.sends += ledger.sends;
    sum.attempts += ledger.attempts;
    for (const [outcome, count] of ledger.endings) {
      sum.endings.set(outcome, (sum.endings.get(outcome) ?? 0) + count);
    }
    sum.waits.addAll(ledger.waits);
    sum.responses.addAll(ledger.responses);
    sum.refusals.addAll(ledger.refusals);
  }
  return sum;
}

function spreadOf(samples: Samples): Spread {
  return {
    mean: samples.mean,
    p50: samples.percentile(50),
    p95: samples.percentile(95),
    p99: samples.percentile(99),
  };
}
