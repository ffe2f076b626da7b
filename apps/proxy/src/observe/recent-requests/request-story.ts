import type { RequestStory, RequestSummary } from '@spillway/contracts';
import type { ProxyConfig } from '../../cli/proxy-options.ts';
import { maskSecrets } from './mask-secrets.ts';
import type { RequestRecord } from './request-record.ts';
import type { AttemptFacts } from './tell-attempt.ts';
import { type StoryFacts, tellStory } from './tell-story.ts';
import { whyNotRetried } from './why-not-retried.ts';

type AttemptRecord = RequestRecord['attempts'][number];

/** What a list shows of it. */
export function summaryOf(record: RequestRecord): RequestSummary {
  return {
    id: record.id,
    received_at: new Date(record.receivedEpochMs).toISOString(),
    method: record.method,
    url: maskSecrets(record.url),
    client: record.client,
    status: record.status,
    outcome: record.outcome,
    detail: detailOf(record),
    total: seconds(record.totalMs),
    queue_wait: seconds(record.queueWaitMs),
  };
}

/** The newest of the records of one id, told. */
export function storyOf(records: readonly RequestRecord[], config: ProxyConfig): RequestStory {
  const [record] = records as [RequestRecord];
  const facts: StoryFacts = {
    ...summaryOf(record),
    outcome: record.outcome,
    bytes_received: record.bytesReceived,
    bytes_sent: record.bytesSent,
    attempts: record.attempts.map((_, place) => attemptFacts(record, place, config)),
    meanwhile: {
      active: record.active,
      queued: record.queued,
      limit: record.limit,
      queue_limit: record.queueLimit,
    },
    attemptsDropped: record.attemptsMade - record.attempts.length,
    answerBegun: record.answerBegun,
    sameId: records.length,
  };
  const { attemptsDropped, answerBegun, sameId, ...shown } = facts;
  return { ...shown, attempts: facts.attempts.map(shownAttempt), told: tellStory(facts) };
}

function attemptFacts(record: RequestRecord, place: number, config: ProxyConfig): AttemptFacts {
  const { attempts } = record;
  const attempt = attempts[place] as AttemptRecord;
  const isLast = place === attempts.length - 1;
  const written = attempt.writtenAt > 0;
  const connectMs = written ? attempt.connectMs : 0;
  const gotConnectionAt = written ? attempt.writtenAt - connectMs : attempt.endedAt;
  const waitedBefore = attempts[place - 1]?.queueWaitMs ?? 0;
  const notRetried = isLast ? whyNotRetried(record, attempt, config) : null;
  const due = attempt.retryDelayMs < 0 ? null : seconds(attempt.retryDelayMs);
  return {
    upstream: attempt.upstream,
    started_at: seconds(attempt.startedAt - record.receivedAt),
    ended_at: seconds(attempt.endedAt - record.receivedAt),
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
  };
}

function shownAttempt(facts: AttemptFacts): RequestStory['attempts'][number] {
  const { queueWait, poolWait, retryDue, ...shown } = facts;
  return shown;
}

/** What is said of the request as a whole: a success after a retry has nothing to complain of. */
function detailOf({ outcome, status, detail, answerBegun }: RequestRecord): string {
  if (outcome === 'ok') return status === 101 ? detail : '';
  return outcome === 'upstream_error' && answerBegun ? '' : detail;
}

/** To a tenth of a millisecond. */
const seconds = (ms: number): number => Math.max(0, Math.round(ms * 10) / 10_000);
