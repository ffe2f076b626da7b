import { describe, expect, it } from 'vitest';
import { smallTable } from '../test/small-table.ts';
import { jsonSchema, partSchema } from './json-schema.ts';
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

describe('the schema of a part of the file', () => {
  const part = { scopes: ['service', 'request'], preset: true, sections: ['things'] } as const;
  const things = { type: 'array' };

  it('has the options that may stand there, as the top of the file has them, and no other', () => {
    expect(partSchema(smallTable, part, { things })).toEqual({
      type: 'object',
      properties: {
        preset: { $ref: '#/properties/preset' },
        read_timeout: { $ref: '#/properties/read_timeout' },
        workers: { $ref: '#/properties/workers' },
        things,
      },
      additionalProperties: false,
    });
    const requests = partSchema(smallTable, { ...part, scopes: ['request'], preset: false }, {});
    expect(Object.keys(requests.properties as object)).toEqual(['read_timeout']);
  });
});

describe('the Markdown', () => {
  it('has every flag with variable, key and default', () => {
    const markdown = optionsMarkdown(smallTable, 'Small');
    for (const flag of flags) expect(markdown).toContain(`\`${flag}`);
    expect(markdown).toContain(
      '| `--read-timeout <time>` | `SMALL_READ_TIMEOUT` | `read_timeout` | 2m |',
    );
    expect(markdown).not.toContain('Where |');
    expect(markdown).toContain('| same as --read-timeout |');
    expect(markdown).toContain('`--workers 2`');
  });
});

describe('the Markdown of a file with parts', () => {
  it('says where in the file each option may stand', () => {
    const markdown = optionsMarkdown(smallTable, 'Small', '*Where* is where.');
    expect(markdown).toContain('*Where* is where.\n\n## Timeouts\n\n');
    expect(markdown).toContain('| `read_timeout` | route | 2m |');
    expect(markdown).toContain('| `workers` | service | 4 |');
    expect(markdown).toContain('| `log_file` | top | none |');
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

  it('ends with lines of its own within the object', () => {
    expect(starterFile(smallTable, [], {}, ['// More.'])).toMatch(/,\n\n {2}\/\/ More\.\n}\n$/);
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
