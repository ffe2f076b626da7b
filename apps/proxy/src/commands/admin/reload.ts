import { type ReloadDone, reloadDoneSchema, reloadRefusedSchema } from '@spillway/contracts';
import { nothingGiven } from '@spillway/options';
import type { Surroundings } from '@spillway/terminal';
import { resolveConfiguration } from '../../config/resolve-configuration.ts';
import { terminalJson } from '../../why/escape-controls.ts';
import { reportProblems } from '../command.ts';
import { exitOk, exitUsage } from '../exit-codes.ts';
import { type AdminSettings, askAdmin, notUnderstood, print, refuse } from './ask-admin.ts';
import { changeLines } from './change-lines.ts';

const stays = 'nothing was reloaded: the old configuration stays in force';

/** 0: reloaded. 1: the proxy reloads nothing any more. 2: the configuration is invalid, every fault is told. 3: no proxy answers there. */
export async function runReload(
  settings: AdminSettings,
  surroundings: Surroundings,
): Promise<number> {
  if (settings.url === undefined) {
    // Where the proxy listens stands in the very file that may be wrong.
    const resolution = resolveConfiguration(nothingGiven, surroundings);
    if (!resolution.ok) {
      reportProblems(resolution.problems, surroundings);
      return refuse(surroundings, stays, exitUsage);
    }
  }
  const asked = { path: '/proxy-admin/reload', method: 'POST' } as const;
  const answer = await askAdmin(asked, settings, surroundings);
  if ('exit' in answer) return answer.exit;
  const { status, body } = answer;
  const refused = reloadRefusedSchema.safeParse(body);
  if (status === 422 && refused.success) {
    if (settings.json) surroundings.out(terminalJson(body));
    const problems = refused.data.problems.map((one) => ({ ...one, nearest: null }));
    reportProblems(problems as Parameters<typeof reportProblems>[0], surroundings);
    return refuse(surroundings, stays, exitUsage);
  }
  const done = reloadDoneSchema.safeParse(body);
  if (!done.success) return notUnderstood(status, surroundings);
  print(body, linesOf(done.data), settings, surroundings);
  return exitOk;
}

function linesOf({ generation, changes, restart }: ReloadDone): string[] {
  const count = changes.length === 1 ? '1 change' : `${changes.length} changes`;
  return [
    `reloaded: ${changes.length === 0 ? 'nothing changed' : count} (generation ${generation})`,
    ...changes.flatMap(changeLines),
    ...(restart.length > 0 ? [`at the next start only: ${restart.join(', ')}`] : []),
  ];
}
