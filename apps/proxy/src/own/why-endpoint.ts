import {
  type Outcome,
  outcomeNames,
  type RequestList,
  type RequestNotKept,
} from '@spillway/contracts';
import type { Instance } from '../instance/instance.ts';
import { storyOf, summaryOf } from '../why/request-story.ts';
import { listText, plain, storyText } from '../why/story-text.ts';
import { tellUnderWay } from '../why/under-way.ts';
import { namesServices } from '../why/where-it-went.ts';
import { weightOf } from './accept.ts';
import { type Endpoint, json, type OwnAnswer, type OwnRequest } from './endpoint.ts';

const listedByDefault = 50;
/** A list is made at one go, and all requests wait for it. */
const listedAtMost = 1000;

/** `/proxy-why/<request-id>`: the story of one request. `/proxy-why`: the latest failures. */
export const whyEndpoint: Endpoint = (request) => {
  if (request.rest === '') return answerList(request);
  const id = decoded(request.rest);
  return id === null ? null : answerStory(request, id);
};

function answerStory(request: OwnRequest, id: string): OwnAnswer {
  const { instance } = request;
  const requests = instance.recentRequests.withId(id);
  if (requests.length > 0) {
    const story = storyOf(requests, namesServices(instance));
    return wantsText(request) ? text(storyText(story, plain)) : json(200, story);
  }
  const underWay = tellUnderWay(instance, id);
  if (underWay === null) return notKept(instance);
  return wantsText(request)
    ? { ...text(underWay.told.join('\n')), status: 202 }
    : json(202, underWay);
}

function notKept({ recentRequests: { capacity } }: Instance): OwnAnswer {
  const error =
    capacity === 0
      ? 'no requests are kept (--recent-requests 0)'
      : `unknown, or no longer kept: the last ${capacity} failed requests and the last ${capacity} others are (--recent-requests)`;
  return json(404, { error, capacity } satisfies RequestNotKept);
}

function answerList(request: OwnRequest): OwnAnswer {
  const { instance, query } = request;
  const outcome = query.get('outcome');
  if (outcome !== null && !outcomeNames.includes(outcome as Outcome)) {
    return json(400, { error: 'no such outcome', outcomes: outcomeNames });
  }
  const service = query.get('service');
  const names = instance.services.map(({ name }) => name);
  if (service !== null && !names.includes(service)) {
    return json(400, { error: 'no such service', services: names });
  }
  const limitText = query.get('limit') ?? String(listedByDefault);
  if (!/^\d{1,7}$/.test(limitText) || Number(limitText) > listedAtMost) {
    return json(400, { error: `limit is not a whole number from 0 to ${listedAtMost}` });
  }

  const { recentRequests } = instance;
  const kept =
    query.has('all') || outcome !== null ? recentRequests.all() : recentRequests.failed();
  const list: RequestList = { requests: [], kept: kept.size, capacity: kept.capacity };
  const named = namesServices(instance);
  for (const one of kept.requests) {
    if (list.requests.length >= Number(limitText)) break;
    if (outcome !== null && one.outcome !== outcome) continue;
    if (service !== null && one.rule.service !== service) continue;
    list.requests.push(summaryOf(one, named));
  }
  return wantsText(request) ? text(listText(list, plain)) : json(200, list);
}

const text = (body: string): OwnAnswer => ({
  status: 200,
  type: 'text/plain; charset=utf-8',
  body: `${body}\n`,
});

const textTypes = new Set(['text/plain']);
const jsonTypes = new Set(['application/json']);

/** Only where text is asked for by name: whoever takes anything gets JSON. */
function wantsText({ client }: OwnRequest): boolean {
  const accept = client.field('accept') ?? '';
  return weightOf(accept, textTypes) > weightOf(accept, jsonTypes);
}

/** Null: no UTF-8 behind its percent signs. */
function decoded(rest: string): string | null {
  try {
    return decodeURIComponent(rest);
  } catch {
    return null;
  }
}
