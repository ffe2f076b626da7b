#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { type BackendOptions, startBackend } from './backend.ts';
import { faults } from './faults/index.ts';
import { latencies } from './latency/index.ts';
import { readTexts, ScriptError } from './plan.ts';
import { type ScriptInput, scriptFields, scriptSchema } from './script.ts';

const flagOf = (field: string) => field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function help(): string {
  const row = (left: string, right: string) => `  ${left.padEnd(26)}${right}`;
  const fields = scriptFields.map((field) => {
    const schema = scriptSchema.shape[field];
    const preset = JSON.stringify(schema.parse(undefined));
    return row(`--${flagOf(field)}`, `${schema.description} (${preset})`);
  });
  return [
    'Usage: backend [flags]\n\nA scriptable upstream that is slow, flaky or hangs.\n',
    row('--host', 'where to listen ("127.0.0.1")'),
    row('--port', '0: any free one (9000)'),
    row('--keep-alive-timeout', 'milliseconds an idle connection is kept (60000)'),
    ...fields,
    '\nLatencies:',
    ...latencies.map(({ syntax, summary }) => row(syntax, summary)),
    '\nFaults:',
    ...faults.map(({ name, summary }) => row(name, summary)),
    '\nWhile it runs: GET, PUT or PATCH /backend-control, GET /backend-stats,',
    'POST /backend-reset, POST /backend-release, POST /backend-freeze?ms=1000.',
  ].join('\n');
}

function readOptions(): BackendOptions | 'help' {
  const names = ['host', 'port', 'keep-alive-timeout', ...scriptFields.map(flagOf)];
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const { values } = parseArgs({ options: { ...options, help: { type: 'boolean', short: 'h' } } });
  if (values.help) return 'help';
  const given = values as Record<string, string | undefined>;
  const texts: Record<string, string> = {};
  for (const field of scriptFields) {
    const text = given[flagOf(field)];
    if (text !== undefined) texts[field] = text;
  }
  return {
    host: given.host,
    port: Number(given.port ?? 9000),
    keepAliveTimeoutMs: Number(given['keep-alive-timeout'] ?? 60_000),
    ...(readTexts(texts) as ScriptInput),
  };
}

try {
  const options = readOptions();
  if (options === 'help') {
    console.log(help());
  } else {
    const backend = await startBackend(options);
    console.log(`Backend listening on ${backend.url}`);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => void backend.close());
    }
  }
} catch (error) {
  // One problem a line, each with its field.
  const problems = error instanceof ScriptError ? error.problems : [(error as Error).message];
  for (const problem of problems) console.error(`backend: ${problem}`);
  process.exitCode = 2;
}
