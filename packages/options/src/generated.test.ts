import { describe, expect, it } from 'vitest';
import { smallTable } from '../test/small-table.ts';
import { jsonSchema } from './json-schema.ts';
import { defineOptions, sameAs } from './option-table.ts';
import { optionsMarkdown } from './options-markdown.ts';
import { starterFile } from './starter-file.ts';

const flags = Object.values(smallTable.options).map(({ flag }) => flag);
const keys = [
  'read_timeout',
  'drain_timeout',
  'workers',
  'name',
  'log_file',
  'verbose',
  'access_log',
];

describe('the JSON Schema', () => {
  const schema = jsonSchema(smallTable, 'small.json');

  it('has every file key, and no other is allowed', () => {
    expect(Object.keys(schema.properties as object)).toEqual(['$schema', 'preset', ...keys]);
    expect(schema.additionalProperties).toBe(false);
  });

  it('carries bounds, choices, patterns and defaults', () => {
    expect(schema.properties).toMatchObject({
      workers: { type: 'integer', minimum: 1, maximum: 64, default: 4 },
      read_timeout: { anyOf: [{ type: 'number' }, { type: 'string' }], default: '2m' },
      preset: { enum: ['slow', 'fast'] },
    });
    expect(schema.properties).not.toHaveProperty('drain_timeout.default');
  });
});

describe('the Markdown', () => {
  it('has every flag with variable, key and default', () => {
    const markdown = optionsMarkdown(smallTable, 'Small');
    for (const flag of flags) expect(markdown).toContain(`\`${flag}`);
    expect(markdown).toContain(
      '| `--read-timeout <time>` | `SMALL_READ_TIMEOUT` | `read_timeout` | 2m |',
    );
    expect(markdown).toContain('| same as --read-timeout |');
    expect(markdown).toContain('`--workers 2`');
  });
});

describe('a starter file', () => {
  it('sets what is active and comments out the rest, with descriptions', () => {
    const text = starterFile(smallTable, ['Hello.'], { readTimeoutMs: 300_000 });
    expect(text).toContain('// Hello.\n{\n');
    expect(text).toContain('  // Longest silence\n  "read_timeout": "5m",\n');
    expect(text).toContain('  // "workers": 4,\n');
    expect(text).toContain('same as read_timeout\n  // "drain_timeout": "5m",\n');
    for (const key of keys) expect(text).toContain(`"${key}":`);
  });
});

describe('a table', () => {
  it('cannot follow an option that is not there', () => {
    const { workers } = smallTable.options;
    const table = {
      ...smallTable,
      presets: {},
      options: { workers: { ...workers, default: sameAs('nope') } },
    };
    expect(() => defineOptions(table)).toThrow('nope');
  });
});
