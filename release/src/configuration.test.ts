import { readFileSync } from 'node:fs';
import { compile } from 'json-schema-to-typescript';
import { expect, it } from 'vitest';

it('the types of a configuration are as its JSON Schema says (else: pnpm write-docs)', async () => {
  const schema = new URL('../../docs/proxy_config.schema.json', import.meta.url);
  // Without its title, which would be the name of the type.
  const { title: _, ...rest } = JSON.parse(readFileSync(schema, 'utf8'));
  const text = await compile(rest, 'SpillwayConfiguration', { bannerComment: banner });
  await expect(text).toMatchFileSnapshot('./configuration.ts');
});

const banner = '// Written by `pnpm write-docs`, from docs/proxy_config.schema.json.';
