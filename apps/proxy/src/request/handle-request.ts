import type { IncomingMessage } from 'node:http';
import type { Outcome } from '@spillway/contracts';
import { holdMs } from '../admission/hold-time.ts';
import type { Instance } from '../instance/instance.ts';
import { answerOwnPath, isOwnPath } from '../own/own-paths.ts';
import { answer } from './answer.ts';
import { answerOptions, isOptionsForUs } from './answer-options.ts';
import { Attempt } from './attempt.ts';
import { backOff } from './back-off.ts';
import { checkRequest } from './check-request.ts';
import type { ClientResponse } from './client-response.ts';
import { endRetry } from './decide-retry.ts';
import { Exchange } from './exchange.ts';
import { RequestBody } from './request-body.ts';
import { requestFields } from './request-fields.ts';
import type { UpstreamRequest } from './upstream-request.ts';
import { waitForPermit } from './wait-for-permit.ts';

/**
 * One request's way, from the parsed head to the end, in the order in which it happens.
 * Never rejects: whatever happens to a request ends in one outcome.
 */
export async function handleRequest(
  instance: Instance,
  request: IncomingMessage,
  response: ClientResponse,
  expectsContinue: boolean,
  upgradeHead: Buffer | null,
): Promise<void> {
  if (isOwnPath(request.url as string)) {
    return answerOwnPath(instance, request, response);
  }

  if (isOptionsForUs(request)) return answerOptions(response);

  const route = instance.router.find(request) ?? instance.nowhere;
  const exchange = new Exchange(instance, route, request, response, expectsContinue, upgradeHead);
  if (instance.draining) return answer(exchange, 'draining');

  const checked = checkRequest(exchange);
  if (checked.fault !== null) {
    exchange.clientErrorStatus = checked.fault.status;
    exchange.detail = checked.fault.detail;
    return answer(exchange, 'client_error');
  }

  if (route === instance.nowhere) return answer(exchange, 'no_route');

  const strained = instance.selfProtection.refusal();
  if (strained !== null) return answer(exchange, strained);

  const body = upgradeHead === null ? RequestBody.of(exchange) : null;
  // What came in one packet with its head has been parsed by then, and goes upstream in one write.
  if (body !== null) await Promise.resolve();
  const outgoing: UpstreamRequest = {
    path: route.pathRewrite?.apply(checked.target.path) ?? checked.target.path,
    host: exchange.settings.hostHeader === 'client' ? checked.host : null,
    fields: requestFields(exchange, checked.host),
    body,
    upgrade: upgradeHead === null ? null : (request.headers.upgrade as string),
  };
  try {
    await forward(exchange, outgoing);
  } catch (error) {
    // A mistake of ours costs this request, not the others that have been waiting for minutes.
    instance.events.emit('internal_error', exchange, error);
    exchange.detail = 'internal error of the proxy';
    answer(exchange, 'connection_terminated');
  } finally {
    body?.release();
  }
}

/** Admission, attempt, and again while the policy says so; ends with the exchange settled. */
async function forward(exchange: Exchange, outgoing: UpstreamRequest): Promise<void> {
  const { instance, service } = exchange;
  const { events } = instance;
  const { permits, upstreams, retryBudget } = service;
  /** What to say when a retry finds no place: the failure that it was to mend. */
  let lastFailure: Outcome | null = null;
  retryBudget.onRequest();
  if (exchange.remainingMs() <= 0) return answer(exchange, 'deadline_unreachable');

  try {
    for (;;) {
      if (exchange.interrupted !== null) return answer(exchange, exchange.interrupted);
      const mayTry = lastFailure === null ? service.targets.admits() : upstreams.allow();
      if (!mayTry) return giveUpTargets(exchange, lastFailure);

      const permit = permits.tryAcquire(exchange) || (await waitForPermit(exchange));
      if (typeof permit === 'string') {
        if (exchange.interrupted !== null) return answer(exchange, exchange.interrupted);
        // The queue is flushed when the last target goes: requests that wait are told immediately.
        if (permit === 'flushed') return giveUpTargets(exchange, lastFailure);
        return giveUp(exchange, lastFailure, permit);
      }

      let attempt: Attempt | null = null;
      try {
        if (exchange.interrupted !== null) return answer(exchange, exchange.interrupted);
        const pick = upstreams.pick(exchange.lastAttempt, service.hashKeyOf(exchange.request));
        if (pick === null) {
          // A target was lost meanwhile, and the others have all that they take: wait for a place again.
          if (service.targets.mustWaitAgain()) continue;
          return giveUpTargets(exchange, lastFailure);
        }
        attempt = new Attempt(exchange, pick, outgoing);
        events.emit('attempt_started', exchange, attempt);
        try {
          await attempt.run();
        } finally {
          pick.upstream.breaker.settle(pick.ticket, attempt.verdict, attempt.retryAfterMs);
          service.attemptEnded(exchange, attempt);
          events.emit('attempt_ended', exchange, attempt);
        }
      } finally {
        if (exchange.interrupted === null) permits.release(permit);
        else permits.abandon(permit, attempt === null ? 0 : holdMs(exchange, attempt));
      }

      if (!attempt.retry?.retry) endRetry(exchange);
      if (attempt.relayed) return exchange.settle(attempt.outcome);
      if (exchange.interrupted !== null) return answer(exchange, exchange.interrupted);
      if (!attempt.retry?.retry) return answer(exchange, attempt.outcome);

      lastFailure = attempt.outcome;
      events.emit('attempt_failed', exchange, attempt.outcome, attempt.retry.delayMs);
      await backOff(exchange, attempt.retry.delayMs);
    }
  } finally {
    endRetry(exchange);
  }
}

/** Answers with the refusal, or, where it befell a retry, with the failure that this was to mend. */
function giveUp(exchange: Exchange, lastFailure: Outcome | null, refusal: Outcome): void {
  if (lastFailure !== null) exchange.retryRefusal = refusal;
  answer(exchange, lastFailure ?? refusal);
}

/** No target may be used. */
function giveUpTargets(exchange: Exchange, lastFailure: Outcome | null): void {
  const { outcome, detail } = exchange.service.targets.whyNoTarget();
  if (lastFailure === null) exchange.detail = detail;
  giveUp(exchange, lastFailure, outcome);
}
