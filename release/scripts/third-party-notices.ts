import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** Null where the package has none. */
  readonly text: string | null;
}

/** The packages that files of `node_modules` belong to, by name. */
function packagesOf(files: Iterable<string>): readonly Package[] {
  const found = new Map<string, Package>();
  for (const file of files) {
    if (!file.includes('/node_modules/')) continue;
    const one = packageOf(dirname(file.replace(/^\0/, '').replace(/\?.*$/, '')));
    if (one !== null) found.set(`${one.name}@${one.version}`, one);
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What the licences of bundled packages ask to be said where their code goes. */
export function noticesOf(files: Iterable<string>): string {
  const parts = packagesOf(files).map(
    ({ name, version, license, text }) =>
      `${name} ${version}\nLicence: ${license}\n\n${text ?? '(The package has no text of it.)'}`,
  );
  const head = 'Parts of other projects are in this package, under the licences below.';
  return `${[head, ...parts].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

/** Those that ask no more than to be named. */
const permissive = /^(MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|\(MIT AND Zlib\))$/;

/** What is wrong with the licences of such notices. */
export function faultsOfLicences(notices: string): string[] {
  return [...notices.matchAll(/^(\S+ \S+)\nLicence: (.*)$/gm)]
    .filter(([, , license = '']) => !permissive.test(license))
    .map(([, name, license]) => `${name}: its licence, ${license}, is none of those allowed`);
}

function packageOf(folder: string): Package | null {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    const file = join(at, 'package.json');
    if (!existsSync(file)) continue;
    const { name, version, license } = JSON.parse(readFileSync(file, 'utf8'));
    // Some packages have manifests within, which only tell the kind of their modules.
    if (name === undefined || version === undefined) continue;
    const licence = readdirSync(at).find((entry) => /^licen[cs]e/i.test(entry));
    return {
      ...{ name, version, license: license ?? 'unknown' },
      text: licence === undefined ? null : readFileSync(join(at, licence), 'utf8').trim(),
    };
  }
  return null;
}
