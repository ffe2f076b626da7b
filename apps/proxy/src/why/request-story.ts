import type { RequestStory, RequestSummary } from '@spillway/contracts';
import { firstByteFlag } from '../config/longest-silence.ts';
import type { KeptAttempt, KeptRequest } from './kept-request.ts';
import { maskSecrets } from './mask-secrets.ts';
import type { AttemptFacts } from './tell-attempt.ts';
import { type StoryFacts, tellStory } from './tell-story.ts';
import { whereItWent, whyThatTarget } from './where-it-went.ts';
import { whyNotRetried } from './why-not-retried.ts';

/** What a list shows of it; `named`: with its service and route. */
export function summaryOf(request: KeptRequest, named: boolean): RequestSummary {
  return {
    id: request.id,
    received_at: new Date(request.receivedEpochMs).toISOString(),
    method: request.method,
    url: maskSecrets(request.url),
    client: request.client,
    ...(named ? whereItWent(request.rule) : {}),
    status: request.status,
    outcome: request.outcome,
    detail: detailOf(request),
    total: seconds(request.totalMs),
    queue_wait: seconds(request.queueWaitMs),
  };
}

/** The newest of the requests with one id, told. */
export function storyOf(requests: readonly KeptRequest[], named: boolean): RequestStory {
  const [request] = requests as [KeptRequest];
  const facts: StoryFacts = {
    ...summaryOf(request, named),
    outcome: request.outcome,
    bytes_received: request.bytesReceived,
    bytes_sent: request.bytesSent,
    attempts: request.attempts.map((_, place) => attemptFacts(request, place)),
    meanwhile: {
      active: request.active,
      queued: request.queued,
      limit: request.limit,
      queue_limit: request.queueLimit,
    },
    attemptsDropped: request.attemptsMade - request.attempts.length,
    answerBegun: request.answerBegun,
    sameId: requests.length,
  };
  const { attemptsDropped, answerBegun, sameId, ...shown } = facts;
  return { ...shown, attempts: facts.attempts.map(shownAttempt), told: tellStory(facts) };
}

function attemptFacts(request: KeptRequest, place: number): AttemptFacts {
  const { attempts } = request;
  const attempt = attempts[place] as KeptAttempt;
  const isLast = place === attempts.length - 1;
  const written = attempt.writtenAt > 0;
  const connectMs = written ? attempt.connectMs : 0;
  const gotConnectionAt = written ? attempt.writtenAt - connectMs : attempt.endedAt;
  const waitedBefore = attempts[place - 1]?.queueWaitMs ?? 0;
  const notRetried = isLast ? whyNotRetried(request, attempt, request.rule.settings) : null;
  const chosen = whyThatTarget(request, place);
  const due = attempt.retryDelayMs < 0 ? null : seconds(attempt.retryDelayMs);
  return {
    upstream: attempt.upstream,
    ...(chosen === null ? {} : { chosen }),
    started_at: seconds(attempt.startedAt - request.receivedAt),
    ended_at: seconds(attempt.endedAt - request.receivedAt),
    connect: written ? seconds(connectMs) : null,
    first_byte: attempt.answeredAt > 0 ? seconds(attempt.answeredAt - attempt.writtenAt) : null,
    status: attempt.status === 0 ? null : attempt.status,
    outcome: attempt.outcome,
    detail: attempt.detail,
    backoff: isLast ? null : due,
    not_retried: notRetried,
    queueWait: seconds(attempt.queueWaitMs - waitedBefore),
    poolWait: attempt.waitedForConnection ? seconds(gotConnectionAt - attempt.startedAt) : 0,
    retryDue: isLast && notRetried === null ? due : null,
    firstByteFlag: firstByteFlag(request.rule.settings),
  };
}

function shownAttempt(facts: AttemptFacts): RequestStory['attempts'][number] {
  const { queueWait, poolWait, retryDue, firstByteFlag: _, ...shown } = facts;
  return shown;
}

/** What is said of the request as a whole: a success after a retry has nothing to complain of. */
function detailOf({ outcome, status, detail, answerBegun }: KeptRequest): string {
  if (outcome === 'ok') return status === 101 ? detail : '';
  return outcome === 'upstream_error' && answerBegun ? '' : detail;
}

/** To a tenth of a millisecond. */
const seconds = (ms: number): number => Math.max(0, Math.round(ms * 10) / 10_000);
