import { readdirSync, readFileSync } from 'node:fs';

/** Linux reports process times in hundredths of a second to every program (USER_HZ). */
const tickUs = 10_000;

/** Microseconds of CPU, user and system, that all threads of a process have used. */
export function cpuUs(pid: number): number {
  return parseCpuUs(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

/** The same of the text of /proc/PID/stat (proc(5): utime and stime are fields 14 and 15). */
export function parseCpuUs(stat: string): number {
  // The second field, the program's name, may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickUs;
}

/**
 * The same in nanoseconds, for times too short to be told in ticks: what the scheduler itself counted of each
 * thread (/proc/PID/task/TID/schedstat). Threads that have ended are missing, unlike in `cpuUs`.
 */
export function cpuNs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => {
    const [onCpu] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
    return sum + Number(onCpu);
  }, 0);
}

/** Microseconds for which a core has run any process, or the host another machine on it (/proc/stat), in ticks. */
export function coreBusyUs(core: number): number {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(readFileSync('/proc/stat', 'utf8'));
  const [user, nice, system, , , , , steal] = (line?.[1] ?? '').split(' ').map(Number);
  return ((user ?? 0) + (nice ?? 0) + (system ?? 0) + (steal ?? 0)) * tickUs;
}

/** Bytes of memory that a process holds (resident set). */
export function residentBytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1]) * 1024;
}
