import {
  requestListSchema,
  requestNotKeptSchema,
  requestStorySchema,
  requestUnderWaySchema,
} from '@spillway/contracts';
import { paint, type Surroundings } from '@spillway/terminal';
import type { ChalkInstance } from 'chalk';
import { escapeControls, terminalJson } from '../../why/escape-controls.ts';
import { listText, type Shades, storyText } from '../../why/story-text.ts';
import { reportProblems } from '../command.ts';
import { exitFailed, exitOk, exitUnreachable, exitUsage } from '../exit-codes.ts';
import { askProxy } from './ask-proxy.ts';
import { type WhyAddressSettings, whyAddress } from './why-address.ts';

export interface WhySettings extends WhyAddressSettings {
  readonly json?: boolean;
  /** Not only failed ones. */
  readonly all?: boolean;
  readonly limit?: string;
  readonly outcome?: string;
  readonly service?: string;
}

/** 0: told. 1: the request is not kept. 2: misused, or the token is wrong. 3: no proxy answers there. */
export async function runWhy(
  id: string | undefined,
  settings: WhySettings,
  surroundings: Surroundings,
): Promise<number> {
  const { out, err, environment } = surroundings;
  const refuse = (message: string, code: number): number => {
    err(`${paint('stderr', environment).red('proxy:')} ${escapeControls(message)}`);
    return code;
  };

  const address = whyAddress(settings, surroundings);
  if ('problems' in address) return reportProblems(address.problems, surroundings);
  if ('fault' in address) return refuse(address.fault, exitUsage);

  const answer = await askProxy(address, id === undefined ? listPath(settings) : storyPath(id));
  if ('unreachable' in answer) {
    const remedy = 'give --url URL, or --config FILE of the proxy, if it listens elsewhere';
    return refuse(`cannot reach ${address.url}: ${answer.unreachable}; ${remedy}`, exitUnreachable);
  }
  const { status, body } = answer;
  if (status === 401 || status === 403) {
    return refuse(
      `${address.url} asks for its token: give --admin-token or --admin-token-file`,
      exitUsage,
    );
  }
  const notKept = requestNotKeptSchema.safeParse(body);
  if (status === 404 && notKept.success) {
    return refuse(`request ${id}: ${notKept.data.error}`, exitFailed);
  }
  if (status === 400) return refuse(errorOf(body), exitUsage);

  const text = textOf(status, body, id !== undefined, shadesOf(paint('stdout', environment)));
  if (text === null) {
    const where = `${address.url} answered ${status}, and nothing that this command understands`;
    return refuse(`${where}: is it a Spillway of this version?`, exitUnreachable);
  }
  out(settings.json ? terminalJson(body) : text);
  return exitOk;
}

const storyPath = (id: string): string => `/proxy-why/${encodeURIComponent(id)}`;

function listPath({ all, limit, outcome, service }: WhySettings): string {
  const query = new URLSearchParams({
    ...(all ? { all: '' } : {}),
    ...(limit === undefined ? {} : { limit }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(service === undefined ? {} : { service }),
  });
  return query.size === 0 ? '/proxy-why' : `/proxy-why?${query}`;
}

/** For people; null when it is none of what a proxy says. */
function textOf(status: number, body: unknown, one: boolean, shades: Shades): string | null {
  if (!one) {
    const list = requestListSchema.safeParse(body);
    return status === 200 && list.success ? listText(list.data, shades) : null;
  }
  if (status === 202) {
    const underWay = requestUnderWaySchema.safeParse(body);
    return underWay.success ? underWay.data.told.map(escapeControls).join('\n') : null;
  }
  const story = requestStorySchema.safeParse(body);
  return status === 200 && story.success ? storyText(story.data, shades) : null;
}

const shadesOf = (colour: ChalkInstance): Shades => ({
  strong: colour.bold,
  faint: colour.dim,
  good: colour.green,
  bad: colour.red,
});

function errorOf(body: unknown): string {
  const error = (body as { error?: unknown } | null)?.error;
  return typeof error === 'string' ? error : 'the proxy does not take this';
}
