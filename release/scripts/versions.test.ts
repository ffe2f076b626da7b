import { expect, it } from 'vitest';
import { faultsOfLicences } from './third-party-notices.ts';
import { faultsOfVersions } from './versions.ts';

const changelog = '# Changelog\n\n## 1.2.0 - 2026-01-31\n\n## 1.1.0 - 2026-01-01\n';
const manifest = (version: string) => ({ name: '@spillway/core', version });

it('a release has one version, and an entry with a date', () => {
  expect(faultsOfVersions('1.2.0', [manifest('1.2.0')], changelog)).toEqual([]);
  expect(faultsOfVersions('1.2.0', [manifest('1.1.0')], changelog)).toEqual([
    '@spillway/core has version 1.1.0, not 1.2.0',
  ]);
  expect(faultsOfVersions('1.3.0', [], changelog)).toEqual([
    'CHANGELOG.md begins with "1.2.0 - 2026-01-31", not "1.3.0 - " and the date',
  ]);
  expect(faultsOfVersions('1.2.0', [], '## Unreleased\n')).toHaveLength(1);
});

it('what is bundled has a licence that allows it', () => {
  const notices = 'undici 8.0.0\nLicence: MIT\n\n…\n\nx 1.0.0\nLicence: AGPL-3.0\n\n…\n';
  expect(faultsOfLicences(notices)).toEqual([
    'x 1.0.0: its licence, AGPL-3.0, is none of those allowed',
  ]);
});
