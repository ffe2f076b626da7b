import { type Outcome, outcomes, type RequestStory } from '@spillway/contracts';
import { formatSeconds } from '@spillway/quantities';
import { refusals } from './refusals.ts';
import { type AttemptFacts, tellAttempt } from './tell-attempt.ts';
import { tellWhereItWent } from './where-it-went.ts';

/** All that a story is told from. */
export interface StoryFacts extends Omit<RequestStory, 'told' | 'attempts' | 'outcome'> {
  readonly outcome: Outcome;
  /** The last ones. */
  readonly attempts: readonly AttemptFacts[];
  /** Attempts before those, no longer kept. */
  readonly attemptsDropped: number;
  /** The head of an upstream's answer had gone to the client. */
  readonly answerBegun: boolean;
  /** Requests kept under this id, this one included. */
  readonly sameId: number;
}

/** What happened to a request, a sentence a step. */
export function tellStory(facts: StoryFacts): string[] {
  const { attempts, attemptsDropped, sameId } = facts;
  const told: string[] = [];
  if (sameId > 1) told.push(`${sameId} of the requests kept have this id: this is the newest.`);
  if (attemptsDropped > 0) told.push(`The first ${attemptsDropped} attempts are no longer kept.`);
  told.push(...tellWhereItWent(facts));
  let untoldWait = facts.queue_wait;
  attempts.forEach((attempt, index) => {
    untoldWait -= attempt.queueWait;
    if (attempt.queueWait > 0) told.push(waited(attempt.queueWait, facts));
    told.push(...tellAttempt(attempt, attemptsDropped + index + 1));
  });
  // A rounding error is no wait.
  if (untoldWait > 1e-6) told.push(waited(untoldWait, facts));
  const cause = causeOf(facts);
  if (cause !== null) told.push(cause);
  told.push(endOf(facts));
  return told;
}

function waited(seconds: number, { meanwhile }: StoryFacts): string {
  const { limit } = meanwhile;
  const taken = limit === 1 ? 'the only permit was' : `all ${limit} permits were`;
  return `Waited ${formatSeconds(seconds)} in the queue: ${taken} taken.`;
}

/** Why it ended as it did, where no attempt has said so. */
function causeOf({ outcome, detail, attempts, meanwhile }: StoryFacts): string | null {
  if (outcome === 'ok') return detail === '' ? null : sentence(detail);
  if (attempts.at(-1)?.outcome === outcome) return null;
  // A client's FIN may have meant less than leaving: what was seen of it is told (--half-close).
  if (outcome === 'client_gone') return detail === '' ? null : sentence(detail);
  if (outcome === 'client_error') return `Refused: ${endless(detail)}.`;
  if (outcome === 'draining' && detail !== '') return sentence(detail);
  const refusal = refusals[outcome]?.(meanwhile.queue_limit);
  return refusal ?? sentence(detail || outcomes[outcome].title);
}

function endOf({ outcome, status, total, answerBegun }: StoryFacts): string {
  const after = formatSeconds(total);
  if (outcome === 'client_gone') {
    const had = answerBegun ? 'before it had the whole answer' : 'without an answer';
    return `The client left after ${after}, ${had}.`;
  }
  if (status === 101) return `The tunnel was closed after ${after}.`;
  if (answerBegun && outcome !== 'ok' && outcome !== 'upstream_error') {
    return `Cut the client's connection after ${after}, so that nobody takes the answer for whole.`;
  }
  return `Answered ${status} after ${after}.`;
}

const endless = (text: string): string => text.replace(/\.$/, '');

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${endless(text.slice(1))}.`;
