import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generatedDocs } from '../../scripts/generated-docs.ts';

describe('docs/', () => {
  for (const { url, text } of generatedDocs) {
    it(`${url.pathname.split('/').at(-1)} is as the tables of options and metrics say (else: pnpm write-docs)`, () => {
      expect(readFileSync(url, 'utf8')).toBe(text);
    });
  }
});
