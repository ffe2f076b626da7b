/** `--read-timeout` is `read_timeout` in a file. */
export function fileKey(flag: string): string {
  return flag.slice(2).replaceAll('-', '_');
}

/** `--read-timeout` is `SPILLWAY_READ_TIMEOUT` in the environment. */
export function variableName(prefix: string, flag: string): string {
  return prefix + fileKey(flag).toUpperCase();
}

/** `--access-log` is switched off by `--no-access-log`. */
export function negatedFlag(flag: string): string {
  return `--no-${flag.slice(2)}`;
}
