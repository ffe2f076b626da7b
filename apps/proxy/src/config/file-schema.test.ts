import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblem, nothingGiven } from '@spillway/options';
import { temporaryDirectory } from '@spillway/test-kit';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { fileSchema } from '../../scripts/file-schema.ts';
import { proxyOptions } from './proxy-options.ts';
import { resolveConfiguration } from './resolve-configuration.ts';

const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(fileSchema);

/** What the schema says against a file: where, and what. */
function faultsOf(file: unknown): string[] {
  validate(file);
  return (validate.errors ?? []).map(({ instancePath, params, message }) =>
    [instancePath, message, params.additionalProperty].filter(Boolean).join(' '),
  );
}

function problemsOf(file: object): string[] {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, 'proxy_config.json'), JSON.stringify(file));
  const resolution = resolveConfiguration(nothingGiven, { environment: {}, cwd });
  return resolution.ok ? [] : resolution.problems.map(formatProblem);
}

const page = readFileSync(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^```jsonc( invalid)?\n([\s\S]*?)^```$/gm)].map(
  ([, invalid, text = '']) => ({ valid: invalid === undefined, text }),
);

describe('The schema of the file', () => {
  it.each(examples)('takes an example of the page as the program does: %o', ({ valid, text }) => {
    const faults = faultsOf(parse(text, [], { allowTrailingComma: true }));
    if (valid) expect(faults).toEqual([]);
    else expect(faults).not.toEqual([]);
  });

  const targets = ['http://10.0.0.1:8000'];
  const top = { services: { a: { targets } }, routes: [{ service: 'a' }] };

  const keys = Object.values(proxyOptions.options).map(({ flag }) =>
    flag.slice(2).replaceAll('-', '_'),
  );
  it.each(keys)('lets %s stand where the program does, and nowhere else', (key) => {
    const entry = Object.values(proxyOptions.options).find(
      ({ flag }) => flag.slice(2).replaceAll('-', '_') === key,
    );
    const inService = { ...top, services: { a: { targets, [key]: null } } };
    const inRoute = { ...top, routes: [{ service: 'a', [key]: null }] };
    const isMisplaced = (file: object): boolean =>
      problemsOf(file).some((one) => /holds for the whole process|is shared by all/.test(one));
    const isUnknown = (file: object): boolean =>
      faultsOf(file).some((one) => one.endsWith(`additional properties ${key}`));
    expect(isUnknown({ [key]: null })).toBe(false);
    expect(isUnknown(inService)).toBe(isMisplaced(inService));
    // A route has a host and a class of its own under these names.
    if (key === 'host' || key === 'priority_class') return;
    expect(isUnknown(inRoute)).toBe(isMisplaced(inRoute));
    expect(isUnknown(inRoute)).toBe(entry?.scope !== 'request');
  });

  it.each([
    [{ services: {} }, '/services must NOT have fewer than 1 properties'],
    [{ services: { a: {} } }, "/services/a must have required property 'targets'"],
    [{ services: { a: { targets: [] } } }, '/services/a/targets must NOT have fewer than 1 items'],
    [{ services: { a: { targets: ['10.0.0.1'] } } }, '/services/a/targets/0 must match pattern'],
    [{ services: { 'a b': { targets } } }, '/services must match pattern'],
    [
      { services: { a: { targets: [{ url: targets[0], wieght: 2 }] } } },
      '/services/a/targets/0 must NOT have additional properties wieght',
    ],
    [
      { services: { a: { targets: [{ url: targets[0], weight: 0 }] } } },
      '/services/a/targets/0/weight must be >= 0.01',
    ],
    [{ services: { a: { targets, routes: [] } } }, '/services/a must NOT have additional'],
    [{ ...top, routes: {} }, '/routes must be array'],
    [{ ...top, routes: [{ targets }] }, '/routes/0 must NOT have additional properties targets'],
    [{ ...top, routes: [{ preset: 'quick' }] }, '/routes/0 must NOT have additional properties'],
    [{ ...top, routes: [{ methods: [] }] }, '/routes/0/methods must NOT have fewer than 1 items'],
    [{ ...top, routes: [{ path: 'v1' }] }, '/routes/0/path must match pattern'],
    [{ ...top, routes: [{ headers: { a: 1 } }] }, '/routes/0/headers/a must be string,boolean'],
    [
      { ...top, routes: [{ request_headers: { sett: {} } }] },
      '/routes/0/request_headers must NOT have additional properties sett',
    ],
  ])('refuses %j, as the program does', (file, fault) => {
    expect(faultsOf(file).join('\n')).toContain(fault);
    expect(problemsOf(file)).not.toEqual([]);
  });
});
