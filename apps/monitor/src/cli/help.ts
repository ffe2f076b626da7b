import { commandNames } from '@spillway/contracts';
export const examples = `
Examples:
  ${commandNames.monitor}
  ${commandNames.monitor} --url http://10.0.0.5:8080 --interval 1
  ${commandNames.monitor} --url http://a:8080 --url http://b:8080
  ${commandNames.monitor} --once --fail-on warning
  ${commandNames.monitor} --record night.ndjson > night.log
  ${commandNames.monitor} --replay night.ndjson --speed 10

On a terminal it draws a screen; press ? there for the keys. Elsewhere it
prints a line a poll. Durations: 500ms, 30s, 5m, or a number of seconds.
Exit codes: 0 fine, 1 alert, 2 usage, 3 unreachable, 70 a mistake of ours,
129, 130 and 143 ended by a signal.
Every option is also a SPILLWAY_MONITOR_ variable and a key of the file;
docs/monitor-options.md lists them.`;
