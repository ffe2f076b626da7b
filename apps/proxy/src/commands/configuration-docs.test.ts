import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblem, nothingGiven, parseDuration } from '@spillway/options';
import { temporaryDirectory } from '@spillway/test-kit';
import { describe, expect, it } from 'vitest';
import { resolveConfiguration } from '../config/resolve-configuration.ts';
import { runProgram } from './program.ts';
import { readAsked } from './routes/read-asked.ts';
import { traceRoute } from './routes/trace-route.ts';

/** A fenced block of the page. */
interface Block {
  /** What follows the backticks. */
  readonly info: string;
  readonly text: string;
  /** Of its first line of text. */
  readonly line: number;
}

const page = readFileSync(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');
const blocks: readonly Block[] = [...page.matchAll(/^```(\S.*)\n([\s\S]*?)^```$/gm)].map(
  ({ 1: info = '', 2: text = '', index }) => ({
    ...{ info, text },
    line: page.slice(0, index).split('\n').length + 1,
  }),
);
const files = blocks.filter(({ info }) => info.startsWith('jsonc'));
const sessions = blocks.filter(({ info }) => info === 'console');

/** The file that stands nearest above a line of the page. */
const fileAbove = (line: number): string => files.findLast((one) => one.line < line)?.text ?? '';

function directoryWith(text: string): string {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, 'proxy_config.json'), text);
  return cwd;
}

describe('Each file in docs/configuration.md', () => {
  it.each(files)('is as valid as the page says (line $line)', ({ info, text }) => {
    const resolution = resolveConfiguration(nothingGiven, {
      environment: {},
      cwd: directoryWith(text),
    });
    const problems = resolution.ok ? [] : resolution.problems.map(formatProblem);
    if (info === 'jsonc invalid') expect(problems).not.toEqual([]);
    else expect(problems).toEqual([]);
  });
});

/** Commands, each with all that it prints; `'` quotes an argument. */
function commandsIn({ text }: Block): { argv: string[]; printed: string }[] {
  return text
    .split(/^\$ proxy /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...lines] = part.trimEnd().split('\n');
      const argv = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) =>
        String(quoted ?? word),
      );
      return { argv, printed: lines.join('\n') };
    });
}

describe('Each command in docs/configuration.md', () => {
  it.each(sessions)(
    'prints what the page shows for the file above it (line $line)',
    async (block) => {
      const cwd = directoryWith(fileAbove(block.line));
      const commands = commandsIn(block);
      expect(commands.length).toBeGreaterThan(0);
      for (const { argv, printed } of commands) {
        const said: string[] = [];
        const tell = (text: string): number => said.push(text);
        await runProgram(argv, async () => 1, { environment: {}, cwd, out: tell, err: tell });
        expect(said.join('\n')).toBe(printed);
      }
    },
  );
});

it('The table of requests in docs/configuration.md is true of the file above it', () => {
  const heading = '| Request | Goes to | Because |';
  const line = page.slice(0, page.indexOf(heading)).split('\n').length;
  const cwd = directoryWith(fileAbove(line));
  const resolution = resolveConfiguration(nothingGiven, { environment: {}, cwd });
  if (!resolution.ok) throw new Error('The file is invalid.');
  const [table = ''] = page.slice(page.indexOf(heading)).split('\n\n');
  const rows = table.split('\n').slice(2);
  expect(rows.length).toBeGreaterThan(3);
  for (const row of rows) {
    const [request = '', goesTo = ''] = row.slice(2).split(' | ');
    const [, method = '', url = ''] = /^`(\w+) (\S+)`/.exec(request) ?? [];
    const fields = [...request.matchAll(/(?:with|and) `([^`:]+)(?:: ([^`]+))?`/g)].map(
      ([, name, value = 'anything']) => `${name}: ${value}`,
    );
    const asked = readAsked(url, method, fields);
    const { service, path } = traceRoute(resolution.configuration, asked);
    const [, name, rewritten = asked.path] = /^`(\w+)`(?:, as `(\S+)`)?/.exec(goesTo) ?? [];
    expect({ row, service, path }).toEqual({ row, service: name, path: rewritten });
  }
});

it('The table of which value counts in docs/configuration.md is true of the file above it', () => {
  const heading = '| Requests below | `read_timeout` | `max_queue_size` |';
  const line = page.slice(0, page.indexOf(heading)).split('\n').length;
  const cwd = directoryWith(fileAbove(line));
  const resolution = resolveConfiguration(nothingGiven, { environment: {}, cwd });
  if (!resolution.ok) throw new Error('The file is invalid.');
  const { routes } = resolution.configuration;
  const [table = ''] = page.slice(page.indexOf(heading)).split('\n\n');
  const rows = [...table.matchAll(/^\| `(\S+)` \| (\w+)\D.* \| (\d+)\D.* \|$/gm)];
  expect(rows.map(([, path]) => path)).toEqual(routes.map(({ conditions }) => conditions.path));
  for (const [i, [, , timeout = '', size]] of rows.entries()) {
    expect(routes[i]?.settings).toMatchObject({
      readTimeoutMs: parseDuration(timeout),
      maxQueueSize: Number(size),
    });
  }
});
