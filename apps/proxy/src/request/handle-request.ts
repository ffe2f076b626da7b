import type { Outcome } from '@spillway/contracts';
import type { RetryDecision } from '@spillway/core';
import type { Client } from '../front/client.ts';
import { answer } from './answer.ts';
import { answerOptions, isOptionsForUs } from './answer-options.ts';
import { Attempt } from './attempt.ts';
import type { AttemptRecord } from './attempt-record.ts';
import { backOff } from './back-off.ts';
import { checkRequest } from './check-request.ts';
import { mistakeDetail } from './classify-error.ts';
import { Exchange } from './exchange.ts';
import { hasPassed } from './loop.ts';
import { RequestBody } from './request-body.ts';
import { requestFields } from './request-fields.ts';
import type { RequestSurroundings } from './surroundings.ts';
import type { UpstreamRequest } from './upstream-request.ts';
import { waitForPermit } from './wait-for-permit.ts';
import { watchPace } from './watch-pace.ts';

/**
 * One forwarded request's way, from the parsed head to the end, in the order in which it happens; the proxy's own paths
 * do not come here.
 * Never rejects: whatever happens to a request ends in one outcome.
 */
export async function handleRequest(instance: RequestSurroundings, client: Client): Promise<void> {
  if (isOptionsForUs(client)) return answerOptions(client);

  const route = instance.router.find(client) ?? instance.nowhere;
  const exchange = new Exchange(instance, route, client);
  let body: RequestBody | null = null;
  try {
    if (instance.draining && !client.unaware) return answer(exchange, 'draining');

    const checked = checkRequest(exchange);
    if (checked.fault !== null) {
      exchange.clientErrorStatus = checked.fault.status;
      exchange.detail = checked.fault.detail;
      return answer(exchange, 'client_error');
    }

    if (hasPassed(client.field('via'), instance.pseudonym)) {
      exchange.detail =
        'the request has been through this proxy before: its target leads back here';
      return answer(exchange, 'loop_detected');
    }

    if (route === instance.nowhere) return answer(exchange, 'no_route');

    if (route.service.drained) {
      exchange.detail = `the service ${route.service.name} is drained: it takes no new requests`;
      return answer(exchange, 'draining');
    }

    const strained = instance.selfProtection.refusal();
    if (strained !== null) return answer(exchange, strained);

    if (client.upgrade === null) body = RequestBody.of(exchange);
    watchPace(exchange, body);
    // What came in one packet with its head has been parsed by then, and goes upstream in one write.
    if (body !== null) await Promise.resolve();
    const ending = await forward(exchange, {
      path: route.pathRewrite?.apply(checked.target.path) ?? checked.target.path,
      host: exchange.settings.hostHeader === 'client' ? checked.host : null,
      fields: requestFields(exchange, checked.host),
      body,
      upgrade: client.upgrade,
    });
    if (ending === 'relayed') exchange.settle((exchange.lastAttempt as AttemptRecord).outcome);
    else answer(exchange, ending);
  } catch (error) {
    // A mistake of ours costs this request, not the others that have been waiting for minutes.
    instance.events.emit('internal_error', exchange, error);
    exchange.detail = mistakeDetail;
    answer(exchange, 'proxy_internal_error');
  } finally {
    body?.release();
  }
}

/** How forwarding ends: the upstream's response is with the client or on its way, or an answer of ours is due. */
type Ending = 'relayed' | Outcome;

/** Admission, attempt, and again while the policy says so. */
async function forward(exchange: Exchange, outgoing: UpstreamRequest): Promise<Ending> {
  const { events } = exchange.instance;
  const { service } = exchange;
  const { life, permits, upstreams } = service;
  try {
    const late = life.begin(exchange);
    if (late !== null) return late;

    for (;;) {
      const shed = life.shed(exchange);
      if (shed !== null) return refusal(exchange, shed);

      const permit = permits.tryAcquire(exchange) || (await waitForPermit(exchange));
      if (typeof permit === 'string') return refusal(exchange, life.turnedAway(exchange, permit));

      let attempt: Attempt | null = null;
      try {
        const pick =
          exchange.interrupted === null
            ? upstreams.pick(exchange.lastAttempt, service.hashKeyOf(exchange.client))
            : null;
        if (pick === null) {
          // A target was lost meanwhile, and the others have all that they take: wait for a place again.
          if (exchange.interrupted === null && service.targets.mustWaitAgain()) continue;
          return refusal(exchange, life.turnedAway(exchange, service.targets.refusal()));
        }
        attempt = new Attempt(exchange, pick, outgoing);
        life.started(attempt);
        events.emit('attempt_started', exchange, attempt);
        await attempt.run();
      } finally {
        life.settle(exchange, permit, attempt);
        if (attempt !== null) {
          service.targets.attemptEnded(exchange, attempt);
          events.emit('attempt_ended', exchange, attempt);
        }
      }

      const end = life.next(exchange, attempt);
      if (attempt.relayed) return 'relayed';
      if (end !== null) return end;

      const { delayMs } = attempt.retry as RetryDecision & { retry: true };
      events.emit('attempt_failed', exchange, attempt.outcome, delayMs);
      await backOff(exchange, delayMs);
    }
  } finally {
    life.end(exchange);
  }
}

/** It gets no attempt. Where no target may be used, the client is told why. */
function refusal(exchange: Exchange, outcome: Outcome): Outcome {
  const { targets } = exchange.service;
  if (exchange.lastFailure === null && !targets.allow() && outcome === targets.refusal()) {
    exchange.detail = targets.whyNone().detail;
  }
  return outcome;
}
