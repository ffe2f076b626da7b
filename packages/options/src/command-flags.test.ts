import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { resolveSmall, smallTable } from '../test/small-table.ts';
import { addFlags } from './command-flags.ts';
import { helpLayout } from './help-layout.ts';

const config = (...argv: string[]): unknown => {
  const resolution = resolveSmall(argv);
  return resolution.ok ? resolution.resolved.config : resolution.problems;
};
const problems = (...argv: string[]): unknown[] => {
  const resolution = resolveSmall(argv);
  return resolution.ok ? [] : resolution.problems.map(({ code, source }) => `${code}: ${source}`);
};

describe('a flag', () => {
  it('takes its value behind a space or an equals sign', () => {
    expect(config('--workers', '7')).toMatchObject({ workers: 7 });
    expect(config('--workers=7')).toMatchObject({ workers: 7 });
  });

  it('given twice takes the last value; a list takes both', () => {
    expect(config('--workers', '7', '--workers=8')).toMatchObject({ workers: 8 });
    expect(config('--name', 'ann', '--name=bob,eve')).toMatchObject({
      names: ['ann', 'bob', 'eve'],
    });
  });

  it('of a boolean switches on, and off with no-; the last one wins', () => {
    expect(config('--verbose')).toMatchObject({ verbose: true });
    expect(config('--no-access-log')).toMatchObject({ accessLog: false });
    expect(config('--no-access-log', '--access-log')).toMatchObject({ accessLog: true });
    expect(config('--verbose', '--no-verbose')).toMatchObject({ verbose: false });
  });

  it('may be left out before a word that looks like its value', () => {
    expect(config('ann', '--name', 'bob', 'eve')).toMatchObject({ names: ['bob', 'ann', 'eve'] });
    expect(problems('carla')).toEqual(['unexpected_argument: argument "carla"']);
    expect(problems('--nonsense', 'ann')).toEqual(['unknown_flag: flag --nonsense']);
    expect(problems('dan')).toEqual(['invalid_value: flag --name']);
  });

  it('is the same whenever it is asked for', () => {
    const command = new Command('small');
    const flags = addFlags(command, smallTable);
    command.parse(['ann'], { from: 'user' });
    expect(flags().values.get('names')).toEqual(flags().values.get('names'));
  });

  it('without its value is reported, at the end and before another flag', () => {
    expect(problems('--workers', '--verbose', '--read-timeout')).toEqual([
      'missing_value: flag --workers',
      'missing_value: flag --read-timeout',
    ]);
  });

  it('takes a negative number for its value, and refuses it as one', () => {
    expect(problems('--workers', '-5')).toEqual(['invalid_value: flag --workers']);
  });

  it('of a boolean takes no value', () => {
    expect(problems('--verbose=false')).toEqual(['invalid_value: flag --verbose']);
  });
});

describe('what is unknown', () => {
  it('is one problem with its value, and does not hide the flags behind it', () => {
    expect(problems('--worker', '5', '--bogus=1', '--workers', '0', '-x')).toEqual([
      'unknown_flag: flag --worker',
      'unknown_flag: flag --bogus',
      'unknown_flag: flag -x',
      'invalid_value: flag --workers',
    ]);
  });

  it('may be a stray word', () => {
    expect(problems('stray', '--workers', '5')).toEqual(['unexpected_argument: argument "stray"']);
    expect(problems('--', '--workers')).toHaveLength(1);
  });

  it('names the nearest flag only when one is near', () => {
    const resolution = resolveSmall(['--no-acces-log', '--completely-different']);
    expect(resolution.ok ? [] : resolution.problems.map(({ nearest }) => nearest)).toEqual([
      '--no-access-log',
      null,
    ]);
  });
});

describe('a command that declares arguments', () => {
  it('takes words, and still reports unknown flags among them', () => {
    const command = new Command('merge').argument('<files...>');
    const flags = addFlags(command, smallTable);
    command.parse(['a.json', '--workrs=7', 'b.json', '--workers', '8'], { from: 'user' });
    const { values, problems } = flags();
    expect(problems.map(({ source }) => source)).toEqual(['flag --workrs']);
    expect(values.get('workers')?.raw).toBe(8);
    expect(command.args).toEqual(expect.arrayContaining(['a.json', 'b.json']));
  });
});

describe('the help', () => {
  it('of the program shows the flags of its first command, with values as required', () => {
    const program = new Command('small').configureHelp(helpLayout);
    addFlags(program.command('start', { isDefault: true }), smallTable);
    program.command('other');
    const help = program.helpInformation();
    expect(help).toMatch(/^ {2}--workers <n> /m);
    expect(help).toMatch(/^Work:$/m);
    expect(program.commands[1]?.helpInformation()).not.toContain('--workers');
  });
});
