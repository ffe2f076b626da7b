import { type ControlDone, controlDoneSchema } from '@spillway/contracts';
import type { Surroundings } from '@spillway/terminal';
import type { ControlAction } from '../../observe/events.ts';
import { exitOk } from '../exit-codes.ts';
import { type AdminSettings, askAdmin, notUnderstood, print } from './ask-admin.ts';

export interface ControlSettings extends AdminSettings {
  readonly service?: string;
  readonly target?: string;
}

const done: Readonly<Record<ControlAction, string>> = {
  pause: 'paused',
  resume: 'resumed',
  drain: 'drained',
  undrain: 'put back',
};

const already: Readonly<Record<ControlAction, string>> = {
  pause: 'was paused already',
  resume: 'was not paused',
  drain: 'was drained already',
  undrain: 'was not drained',
};

/** 0: it is so now. 2: there is no such service or target, or it may not be changed. 3: no proxy answers there. */
export async function runControl(
  action: ControlAction,
  settings: ControlSettings,
  surroundings: Surroundings,
): Promise<number> {
  const { service, target } = settings;
  const query = new URLSearchParams({
    ...(service === undefined ? {} : { service }),
    ...(target === undefined ? {} : { target }),
  });
  const path = `/proxy-admin/${action}${query.size === 0 ? '' : `?${query}`}`;
  const answer = await askAdmin({ path, method: 'POST' }, settings, surroundings);
  if ('exit' in answer) return answer.exit;
  const parsed = controlDoneSchema.safeParse(answer.body);
  if (!parsed.success) return notUnderstood(answer.status, surroundings);
  print(answer.body, [lineOf(action, parsed.data)], settings, surroundings);
  return exitOk;
}

function lineOf(
  action: ControlAction,
  { changed, service, target, active, queued, targets }: ControlDone,
): string {
  const what = target === null ? `service ${service}` : `target ${target} of service ${service}`;
  const under = targets.find(({ url }) => url === target)?.active ?? active;
  return `${what} ${(changed ? done : already)[action]}: ${under} under way, ${queued} in the queue`;
}
