import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../../', import.meta.url);
const folder = new URL('.github/workflows/', root);
const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

/** Scripts of pnpm itself. */
const builtIn = ['install'];

const commands = readdirSync(folder).flatMap((file) => {
  const text = readFileSync(new URL(file, folder), 'utf8');
  return [...text.matchAll(/^\s*-? ?run: (.*)$/gm)].map(([, command = '']) => ({ file, command }));
});

it.each(commands)(
  '$file runs one thing that exists, without logic of its own: $command',
  ({ command }) => {
    expect(command).not.toMatch(/[|&;$]/);
    const [program = '', ...args] = command.split(' ');
    if (program !== 'npx') {
      expect(existsSync(new URL(program, root))).toBe(true);
      return;
    }
    const script = args[2] as string;
    expect(args.slice(0, 2)).toEqual(['-y', 'pnpm@12']);
    expect([...builtIn, ...Object.keys(scripts)]).toContain(script);
  },
);

it('are all here', () => {
  expect(new Set(commands.map(({ file }) => file))).toEqual(
    new Set(['test.yml', 'benchmark.yml', 'release.yml']),
  );
});
