import { defaultStopTimeouts, type StopTimeout } from './stop-timeouts.ts';

/**
 * What the proxy's workload in a file of manifests leaves of its grace period: a preStop sleep comes before SIGTERM and
 * counts too. Kubernetes' default where the file says nothing; a few lines of block style here need no YAML parser.
 */
export function readKubernetesStop(text: string, file: string): StopTimeout {
  const workloads = text
    .split(/^---.*$/m)
    .map((manifest) => manifest.split('\n').filter((line) => !/^\s*(#|$)/.test(line)))
    .filter((lines) => lines.some((line) => workload.test(line)));
  const lines =
    workloads.find((one) => one.some((line) => /spillway|proxy/i.test(line))) ?? workloads[0] ?? [];
  const sleepMs = preStopSeconds(lines) * 1_000;
  const said = graceSeconds(lines);
  if (said === null) {
    const { ms } = defaultStopTimeouts.kubernetes;
    const where = `default, not set in ${file}`;
    return { ms: leftOf(ms ?? 0, sleepMs), beforeMs: sleepMs, from: 'file', where };
  }
  const where = sleepMs === 0 ? file : `${file}, without the preStop sleep`;
  return { ms: leftOf(said * 1_000, sleepMs), beforeMs: sleepMs, from: 'file', where };
}

const workload = /^kind:\s*["']?(Deployment|StatefulSet|DaemonSet|ReplicaSet|Pod|Job)\b/;

/** What is left once the sleep is over; then Kubernetes gives two seconds more, on which nobody should rely. */
const leftOf = (graceMs: number, sleepMs: number): number => Math.max(0, graceMs - sleepMs);

/** A probe may have a grace period of its own, further in than that of the pod. */
function graceSeconds(lines: readonly string[]): number | null {
  const found = lines
    .map((line) => /^(\s*)terminationGracePeriodSeconds:\s*["']?(\d+)/.exec(line))
    .filter((match) => match !== null)
    .sort(([, one = ''], [, other = '']) => one.length - other.length);
  const [, , seconds] = found[0] ?? [];
  return seconds === undefined ? null : Number(seconds);
}

/** `sleep: { seconds: 10 }`, or a command such as `["sleep", "10"]`. */
function preStopSeconds(lines: readonly string[]): number {
  const start = lines.findIndex((line) => /^\s*preStop:/.test(line));
  const [first, ...rest] = start < 0 ? [] : lines.slice(start);
  if (first === undefined) return 0;
  const depth = first.search(/\S/);
  const end = rest.findIndex((line) => line.search(/\S/) <= depth);
  const block = [first, ...(end < 0 ? rest : rest.slice(0, end))].join('\n');
  return Number(/\bsleep\b\D+(\d+)/.exec(block)?.[1] ?? 0);
}
