import { defaultStopTimeouts, type StopTimeout } from './stop-timeouts.ts';

interface Service {
  readonly name: string;
  readonly lines: readonly string[];
}

/** stop_grace_period of the proxy's service, Docker's default where the file says nothing. */
export function readComposeStop(text: string, file: string): StopTimeout {
  const services = readServices(text);
  const service =
    services.find(({ name }) => /spillway|proxy/i.test(name)) ??
    services.find(({ lines }) => lines.some((line) => /spillway/i.test(line))) ??
    services[0];
  const said = service?.lines.find((line) => /^\s*stop_grace_period\s*:/.test(line));
  const where = service ? `service ${service.name} in ${file}` : file;
  if (said === undefined) {
    return { ...defaultStopTimeouts.docker, from: 'file', where: `default, not set for ${where}` };
  }
  const value = said
    .slice(said.indexOf(':') + 1)
    .replace(/#.*$/, '')
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2')
    // ${GRACE:-130s}: what holds when the variable is not set.
    .replace(/^\$\{\w+:?-(.*)\}$/, '$1');
  return { ms: parseGoDuration(value), from: 'file', where };
}

/** Services of a block-style compose file by indentation; one line here needs no YAML parser. */
function readServices(text: string): Service[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^\s*#/.test(line));
  const start = lines.findIndex((line) => /^services\s*:/.test(line));
  const services: { name: string; lines: string[] }[] = [];
  let indent: number | null = null;
  for (const line of start < 0 ? [] : lines.slice(start + 1)) {
    const depth = line.search(/\S/);
    if (depth === 0) break;
    indent ??= depth;
    if (depth === indent) services.push({ name: line.trim().replace(/\s*:.*$/, ''), lines: [] });
    else services.at(-1)?.lines.push(line);
  }
  return services;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `1m30s` as Go and Compose write durations; null when it is none. */
export function parseGoDuration(text: string): number | null {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return null;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, digits, unit = '']) => sum + Number(digits) * (unitMs[unit] ?? 0),
    0,
  );
}
