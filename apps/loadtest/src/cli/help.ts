import { commandNames } from '@spillway/contracts';
export const examples = `
Examples:
  ${commandNames.loadtest} --concurrent 100 --duration 60
  ${commandNames.loadtest} --url http://localhost:8080/api/health --total-requests 100
  ${commandNames.loadtest} --rate 200 --duration 1m --fail-if 'p99>500ms,errors>1%'
  ${commandNames.loadtest} --find-knee --html knee.html
  ${commandNames.loadtest} merge a.json b.json --fail-if 'p95>1s'

Without --total-requests and --duration a run takes ten seconds.
Durations: 500ms, 30s, 5m, 1h, or a number of seconds.
Exit codes: 0 passed, 1 threshold missed, 2 usage, 3 target unreachable,
4 run invalid, 5 regression, 130 interrupted.
Every option is also a SPILLWAY_LOADTEST_ variable and a key of the file;
docs/loadtest-options.md lists them.`;
