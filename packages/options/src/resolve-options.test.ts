import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveSmall, smallTable } from '../test/small-table.ts';
import { nothingGiven } from './given-values.ts';
import { problem } from './option-problem.ts';
import { defineOptions } from './option-table.ts';
import { resolveOptions } from './resolve-options.ts';
import type { SourceKind } from './value-source.ts';

const directory = mkdtempSync(join(tmpdir(), 'options-'));
const emptyDirectory = mkdtempSync(join(tmpdir(), 'options-'));
beforeAll(() => writeFileSync(join(directory, 'small.json'), '{\n  "read_timeout": "3s"\n}'));
afterAll(() => {
  rmSync(directory, { recursive: true });
  rmSync(emptyDirectory, { recursive: true });
});

/** Strongest first, each with the value that it alone gives. */
const layers = [
  { kind: 'flag', ms: 1_000, where: '--read-timeout', literal: '1s' },
  { kind: 'environment', ms: 2_000, where: 'SMALL_READ_TIMEOUT', literal: '2s' },
  { kind: 'file', ms: 3_000, where: 'small.json:2', literal: '"3s"' },
  { kind: 'preset', ms: 5_000, where: 'fast', literal: null },
  { kind: 'default', ms: 120_000, where: '', literal: null },
] as const satisfies { kind: SourceKind; ms: number; where: string; literal: string | null }[];

/** Every way in which the four layers above the default can speak or be silent. */
const mixes = Array.from({ length: 16 }, (_, bits) =>
  layers.filter(({ kind }, index) => kind === 'default' || (bits & (1 << index)) !== 0),
);

describe('precedence', () => {
  it.each(mixes.map((mix) => [mix.map(({ kind }) => kind).join(' > '), mix] as const))(
    '%s',
    (_, mix) => {
      const speaks = (kind: SourceKind): boolean => mix.some((layer) => layer.kind === kind);
      const resolution = resolveSmall(
        [
          ...(speaks('flag') ? ['--read-timeout', '1s'] : []),
          ...(speaks('preset') ? ['--preset', 'fast'] : []),
        ],
        speaks('environment') ? { SMALL_READ_TIMEOUT: '2s' } : {},
        speaks('file') ? directory : emptyDirectory,
      );
      const [strongest] = mix;
      expect(resolution).toMatchObject({
        ok: true,
        resolved: {
          config: { readTimeoutMs: strongest?.ms },
          sources: {
            readTimeoutMs: {
              from: strongest?.kind,
              where: strongest?.where,
              literal: strongest?.literal,
            },
          },
        },
      });
    },
  );

  it('takes the preset from flag, environment and file, in this order', () => {
    writeFileSync(join(directory, 'preset.json'), '{ "preset": "slow" }');
    const preset = (argv: string[], environment: Record<string, string>): unknown => {
      const resolution = resolveSmall(['--config', 'preset.json', ...argv], environment, directory);
      return resolution.ok && resolution.resolved.preset;
    };
    expect(preset([], {})).toBe('slow');
    expect(preset([], { SMALL_PRESET: 'fast' })).toBe('fast');
    expect(preset(['--preset', 'slow'], { SMALL_PRESET: 'fast' })).toBe('slow');
  });

  it('takes the file from flag before environment, and says which it was', () => {
    writeFileSync(join(directory, 'a.json'), '{ "workers": 7 }');
    writeFileSync(join(directory, 'b.json'), '{ "workers": 8 }');
    const environment = { SMALL_CONFIG: 'a.json' };
    expect(resolveSmall([], environment, directory)).toMatchObject({
      resolved: { file: 'a.json', config: { workers: 7 } },
    });
    expect(resolveSmall(['--config=b.json'], environment, directory)).toMatchObject({
      resolved: { file: 'b.json', config: { workers: 8 } },
    });
  });
});

describe('the configuration', () => {
  it('is complete and frozen, lists included', () => {
    const resolution = resolveSmall(['--name', 'ann'], {}, emptyDirectory);
    if (!resolution.ok) throw new Error('expected a configuration');
    const { config, sources, file, preset } = resolution.resolved;
    expect(config).toEqual({
      readTimeoutMs: 120_000,
      drainTimeoutMs: 120_000,
      workers: 4,
      names: ['ann'],
      logFile: null,
      verbose: false,
      accessLog: true,
    });
    expect([config, config.names, sources].every(Object.isFrozen)).toBe(true);
    expect({ file, preset }).toEqual({ file: null, preset: null });
  });

  it('lets a default follow another option, whoever set that', () => {
    expect(resolveSmall(['--preset', 'slow'], {}, emptyDirectory)).toMatchObject({
      resolved: {
        config: { drainTimeoutMs: 300_000 },
        sources: { drainTimeoutMs: { from: 'default', where: 'same as --read-timeout' } },
      },
    });
    expect(resolveSmall(['--drain-timeout=1'], {}, emptyDirectory)).toMatchObject({
      resolved: { config: { readTimeoutMs: 120_000, drainTimeoutMs: 1_000 } },
    });
  });
});

describe('problems', () => {
  it('are reported all at once, from every layer, also where a stronger layer overrides', () => {
    writeFileSync(
      join(directory, 'bad.json'),
      '{\n  "workers": 99,\n  "workerz": 1,\n  "read_timeout": "x"\n}',
    );
    const resolution = resolveSmall(
      ['--config', 'bad.json', '--read-timeout', 'soon', '--workrs=3', '--preset', 'slo'],
      { SMALL_WORKERS: 'many', SMALL_READ_TIMOUT: '1' },
      directory,
    );
    const problems = resolution.ok ? [] : resolution.problems;
    expect(problems.map(({ code, source, nearest }) => [code, source, nearest])).toEqual([
      ['unknown_flag', 'flag --workrs', '--workers'],
      ['invalid_value', 'flag --read-timeout', null],
      ['unknown_variable', 'environment SMALL_READ_TIMOUT', 'SMALL_READ_TIMEOUT'],
      ['invalid_value', 'environment SMALL_WORKERS', null],
      ['invalid_value', 'file bad.json:2', null],
      ['unknown_key', 'file bad.json:3', 'workers'],
      ['invalid_value', 'file bad.json:4', null],
      ['unknown_preset', 'flag --preset', 'slow'],
    ]);
  });

  it('say what is allowed and what was given', () => {
    const resolution = resolveSmall(['--workers', '0'], { SMALL_NAME: 'bub' }, emptyDirectory);
    expect(resolution.ok ? [] : resolution.problems.map(({ message }) => message)).toEqual([
      'must be a whole number from 1 to 64, not "0"',
      'must be a list, each one of ann, bob, eve, or none, not "bub": did you mean bob?',
    ]);
  });

  it('include conflicts between options, also beside invalid values', () => {
    const resolution = resolveSmall(['--log-file=', '--verbose'], {}, emptyDirectory);
    expect(resolution.ok ? [] : resolution.problems.map(({ code }) => code)).toEqual([
      'invalid_value',
      'conflict',
    ]);
  });

  it('include what the values in force say against each other, once each holds by itself', () => {
    const said = problem('conflict', 'here', 'too many');
    const seen: unknown[] = [];
    const table = defineOptions({
      ...smallTable,
      contradictions: ({ workers, drainTimeoutMs }, sources) => {
        seen.push([drainTimeoutMs, sources.workers.from, sources.drainTimeoutMs.from]);
        return workers > 2 ? [said, said] : [];
      },
    });
    const resolve = (environment: Record<string, string>) =>
      resolveOptions(table, nothingGiven, { environment, cwd: emptyDirectory });
    expect(resolve({ SMALL_WORKERS: '3' })).toMatchObject({ ok: false, problems: [said, said] });
    expect(resolve({ SMALL_WORKERS: '2' })).toMatchObject({ ok: true });
    expect(seen).toEqual([
      [120_000, 'environment', 'default'],
      [120_000, 'environment', 'default'],
    ]);
    expect(resolve({ SMALL_WORKERS: '99' })).toMatchObject({
      problems: [{ code: 'invalid_value' }],
    });
    expect(seen).toHaveLength(2);
  });

  it.each(['constructor', '__proto__', 'toString'])('a preset named %s is unknown', (name) => {
    expect(resolveSmall(['--preset', name], {}, emptyDirectory)).toMatchObject({
      ok: false,
      problems: [{ code: 'unknown_preset' }],
    });
  });
});
