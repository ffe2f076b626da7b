// `pnpm release:check`: whether the package is fit to be published. Says all that isn't, and ends with 1 then.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { faultsOfLicences } from './third-party-notices.ts';
import { faultsOfVersions } from './versions.ts';

const release = fileURLToPath(new URL('..', import.meta.url));
const root = dirname(join(release));
const read = (...path: string[]): string => readFileSync(join(...path), 'utf8');
const manifest = JSON.parse(read(release, 'package.json'));

const faults: string[] = [];
/** The package has modules alone, which Node 22 can `require` too. */
const esmOnly = new Set(['CJSResolvesToESM', 'NoResolution']);

const manifests = ['apps', 'packages']
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name)))
  .map((folder) => JSON.parse(read(folder, 'package.json')));
faults.push(...faultsOfVersions(manifest.version, manifests, read(root, 'CHANGELOG.md')));
faults.push(...faultsOfLicences(read(release, 'dist/THIRD-PARTY-NOTICES.txt')));

// A tag is a promise of what is published under it.
const { GITHUB_REF_TYPE, GITHUB_REF_NAME } = process.env;
if (GITHUB_REF_TYPE === 'tag' && GITHUB_REF_NAME !== `v${manifest.version}`) {
  faults.push(`the tag is ${GITHUB_REF_NAME}, not v${manifest.version}`);
}

const { messages } = await publint({ pkgDir: release, strict: true });
faults.push(...messages.map((message) => `publint: ${formatMessage(message, manifest)}`));

execFileSync('npm', ['pack', '--silent', '--pack-destination', release], { cwd: release });
const tarball = join(release, `spillway-${manifest.version}.tgz`);
const types = await checkPackage(createPackageFromTarballData(readFileSync(tarball)));
rmSync(tarball);
const own = types.types === false ? [] : types.problems.filter(({ kind }) => !esmOnly.has(kind));
faults.push(...own.map((problem) => `types: ${JSON.stringify(problem)}`));

for (const fault of faults) console.error(`release: ${fault}`);
if (faults.length === 0) console.log(`spillway ${manifest.version} is fit to be published`);
process.exitCode = faults.length === 0 ? 0 : 1;
