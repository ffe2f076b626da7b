import { commandNames } from '@spillway/contracts';

const { proxy } = commandNames;

export const examples = `
Examples:
  ${proxy} start                   against the built-in demo backend
  ${proxy} --target-host 10.0.0.5 --target-port 8000
  ${proxy} --target http://10.0.0.5:8000 --preset long-requests
  ${proxy} init --preset balanced  write a commented proxy_config.json
  ${proxy} check --print           what is in force, and what contradicts itself
  ${proxy} why                     requests that failed; with an id, its story

Durations: 500ms, 30s, 5m, 1h, or a number of seconds.
Sizes: 64KiB, 1MB, or a number of bytes.
Every option is also a SPILLWAY_ variable and a key of the file; docs/options.md
lists them.`;
