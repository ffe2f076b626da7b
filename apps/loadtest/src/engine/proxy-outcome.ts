/**
 * What a Spillway says of a refusal in Proxy-Status (RFC 9209), such as `queue_full` of
 * `spillway; error=connection_limit_reached; details="queue_full"`; its error when it gives no details.
 * Null when no member of the list is a Spillway's.
 */
export function proxyOutcomeOf(value: string): string | null {
  for (const [, name, parameters = ''] of value.matchAll(member)) {
    if (name?.toLowerCase() !== 'spillway') continue;
    return (
      /;\s*details="([^"\\]*)"/.exec(parameters)?.[1] ??
      /;\s*error=([\w-]+)/.exec(parameters)?.[1] ??
      null
    );
  }
  return null;
}

/** A member of the list: its name, and its parameters, whose quoted values may hold commas. */
const member =
  /(?:^|,)\s*"?([^\s;,"]+)"?((?:\s*;\s*[\w*.-]+(?:=(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)/g;

/** The value of a field in a flat list of names and values, lines joined; null when there is none. */
export function fieldOf(rawHeaders: readonly (string | Buffer)[], name: string): string | null {
  let value: string | null = null;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const key = rawHeaders[i]!;
    if (key.length !== name.length || key.toString().toLowerCase() !== name) continue;
    value = value === null ? rawHeaders[i + 1]!.toString() : `${value}, ${rawHeaders[i + 1]}`;
  }
  return value;
}
