import { describe, expect, it } from 'vitest';
import { proxyOptions } from './proxy-options.ts';

type Kind = {
  readonly schema: { parse(raw: unknown): unknown };
  fromText(text: string): unknown;
  format(value: unknown): string;
  toJson(value: unknown): unknown;
};
const entries = Object.entries(proxyOptions.options);
const kindOf = (key: string): Kind => entries.find(([name]) => name === key)?.[1].kind as Kind;
const values = [
  ...entries.map(([key, entry]) => [key, entry.default] as const),
  ...Object.values(proxyOptions.presets).flatMap((preset) => Object.entries(preset.values)),
].filter(([, value]) => !(typeof value === 'object' && value !== null && 'sameAs' in value));

describe('the table', () => {
  it.each(values)('%s %j is valid, in a file and as text', (key, value) => {
    const kind = kindOf(key);
    expect(kind.schema.parse(kind.toJson(value))).toEqual(value);
    expect(kind.schema.parse(kind.fromText(kind.format(value)))).toEqual(value);
  });

  it('has a flag only once, and none that begins with --no-', () => {
    const flags = entries.map(([, { flag }]) => flag);
    expect(new Set(flags).size).toBe(flags.length);
    expect(flags.filter((flag) => flag.startsWith('--no-'))).toEqual([]);
  });

  it('holds a unit in the key of every duration and size', () => {
    for (const [key, { kind }] of entries) {
      if (kind.name === 'duration') expect(key).toMatch(/Ms$/);
      if (kind.name === 'size') expect(key).toMatch(/Bytes$/);
    }
  });

  it('describes each option in one line without a full stop', () => {
    for (const [, { description }] of entries) expect(description).toMatch(/^\S[^\n]*[^.]$/);
  });
});
