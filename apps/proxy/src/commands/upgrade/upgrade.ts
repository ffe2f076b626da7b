import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nothingGiven, resolveOptions } from '@spillway/options';
import type { Surroundings } from '@spillway/terminal';
import { proxyOptions } from '../../config/proxy-options.ts';
import { PidFile, type UpgradeReport } from '../../upgrade/pid-file.ts';
import { escapeControls } from '../../why/escape-controls.ts';
import { refuse } from '../admin/ask-admin.ts';
import { reportProblems } from '../command.ts';
import { exitFailed, exitOk, exitUnreachable, exitUsage } from '../exit-codes.ts';

export interface UpgradeSettings {
  readonly pidFile?: string;
}

const lookEveryMs = 50;

/** It could not even be tried. */
interface Fault {
  readonly fault: string;
  readonly exit: number;
}

/**
 * 0: upgraded. The old process goes on with 1, and with 2 where the successor's configuration is invalid or nothing says
 * which process to upgrade. 3: no proxy runs there.
 */
export async function runUpgrade(
  settings: UpgradeSettings,
  surroundings: Surroundings,
): Promise<number> {
  let path = settings.pidFile ?? null;
  if (path === null) {
    const resolution = resolveOptions(proxyOptions, nothingGiven, surroundings);
    if (!resolution.ok) {
      reportProblems(resolution.problems, surroundings);
      return refuse(
        surroundings,
        'not upgraded: the successor would not start with that',
        exitUsage,
      );
    }
    path = resolution.resolved.config.pidFile;
  }
  if (path === null) {
    const remedy = 'give --pid-file, to the proxy too: it says which process to upgrade';
    return refuse(surroundings, remedy, exitUsage);
  }
  const done = await upgrade(new PidFile(resolve(surroundings.cwd, path)));
  if ('fault' in done) return refuse(surroundings, done.fault, done.exit);
  const { from, to, why, code } = done;
  if (to === null) {
    const [reason, ...more] = (why ?? '').split('\n');
    refuse(surroundings, `not upgraded, process ${from} goes on: ${reason}`, exitFailed);
    for (const line of more) surroundings.err(escapeControls(line));
    return code === exitUsage ? exitUsage : exitFailed;
  }
  surroundings.out(`upgraded: process ${to} serves, and process ${from} finishes its requests`);
  return exitOk;
}

async function upgrade(file: PidFile): Promise<UpgradeReport | Fault> {
  let pid: number | null;
  let before: UpgradeReport | null;
  try {
    pid = file.read();
    before = file.readReport();
  } catch (error) {
    return { fault: `cannot read ${file.path}: ${(error as Error).message}`, exit: exitUsage };
  }
  if (pid === null) {
    const fault = `no process id in ${file.path}: is the proxy running with --pid-file?`;
    return { fault, exit: exitUnreachable };
  }
  const named = `process ${pid} of ${file.path}`;
  if (!takesSignal(pid)) {
    const fault = `${named} is no proxy that can be upgraded: it has ended`;
    return { fault, exit: exitUnreachable };
  }
  try {
    process.kill(pid, 'SIGUSR2');
  } catch (error) {
    return { fault: `${named} could not be told: ${(error as Error).message}`, exit: exitFailed };
  }
  for (;;) {
    // Looked at before the report, which is written before the process ends.
    const running = isRunning(pid);
    const report = file.readReport();
    if (report !== null && report.at !== before?.at && report.from === pid) return report;
    if (!running) {
      return { fault: `${named} ended before it was upgraded: see its log`, exit: exitFailed };
    }
    await sleep(lookEveryMs);
  }
}

const sigusr2 = BigInt(constants.signals.SIGUSR2);

/** SIGUSR2 ends a process that does not catch it, and the id may be another's by now (proc_pid_status(5)). */
function takesSignal(pid: number): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const caught = /^SigCgt:\s*([\da-f]+)$/m.exec(status)?.[1] ?? '0';
    return ((BigInt(`0x${caught}`) >> (sigusr2 - 1n)) & 1n) === 1n;
  } catch {
    return process.platform !== 'linux' && isRunning(pid);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
