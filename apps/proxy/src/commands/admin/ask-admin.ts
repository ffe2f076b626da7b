import { paint, type Surroundings } from '@spillway/terminal';
import { escapeControls, terminalJson } from '../../why/escape-controls.ts';
import { reportProblems } from '../command.ts';
import { exitFailed, exitUnreachable, exitUsage } from '../exit-codes.ts';
import { askProxy } from '../why/ask-proxy.ts';
import { type WhyAddressSettings, whyAddress } from '../why/why-address.ts';

export interface AdminSettings extends WhyAddressSettings {
  readonly json?: boolean;
}

export interface Asked {
  readonly path: string;
  readonly method: 'GET' | 'POST';
}

/** What it said, or, where it said nothing that helps, the exit code: that was told by then. */
export type AdminAnswer =
  | { readonly status: number; readonly body: unknown }
  | { readonly exit: number };

/** Asks the proxy that is configured here, or the one that was named. 200 and 422 are for the caller to tell. */
export async function askAdmin(
  { path, method }: Asked,
  settings: AdminSettings,
  surroundings: Surroundings,
): Promise<AdminAnswer> {
  const address = whyAddress(settings, surroundings);
  if ('problems' in address) return { exit: reportProblems(address.problems, surroundings) };
  if ('fault' in address) return { exit: refuse(surroundings, address.fault, exitUsage) };
  const answer = await askProxy(address, path, method);
  if ('unreachable' in answer) {
    const fault = `cannot reach ${address.url}: ${answer.unreachable}`;
    return { exit: refuse(surroundings, fault, exitUnreachable) };
  }
  const { status, body } = answer;
  if (status === 200 || status === 422) return answer;
  if (status === 401) {
    const remedy = 'give --admin-token or --admin-token-file';
    return {
      exit: refuse(surroundings, `${address.url} asks for its token: ${remedy}`, exitUsage),
    };
  }
  const error = (body as { error?: unknown } | null)?.error;
  if (typeof error === 'string' && [400, 403, 404, 409].includes(status)) {
    return { exit: refuse(surroundings, error, status === 409 ? exitFailed : exitUsage) };
  }
  return { exit: notUnderstood(status, surroundings) };
}

export function notUnderstood(status: number, surroundings: Surroundings): number {
  const what = `it answered ${status}, and nothing that this command understands`;
  return refuse(surroundings, `${what}: is it a Spillway of this version?`, exitUnreachable);
}

/** As JSON where that is wished. What the proxy says may be of its clients or its file: it moves no cursor. */
export function print(
  body: unknown,
  lines: readonly string[],
  { json }: AdminSettings,
  { out }: Surroundings,
): void {
  out(json ? terminalJson(body) : lines.map(escapeControls).join('\n'));
}

export function refuse({ err, environment }: Surroundings, message: string, exit: number): number {
  err(`${paint('stderr', environment).red('proxy:')} ${escapeControls(message)}`);
  return exit;
}
