interface Manifest {
  readonly name: string;
  readonly version: string;
}

/** What is wrong with versions: each package has that of the release, and the changelog begins with it, and its date. */
export function faultsOfVersions(
  version: string,
  manifests: readonly Manifest[],
  changelog: string,
): string[] {
  const faults = manifests
    .filter((manifest) => manifest.version !== version)
    .map((manifest) => `${manifest.name} has version ${manifest.version}, not ${version}`);
  const [, heading = ''] = /^## (.*)$/m.exec(changelog) ?? [];
  if (!new RegExp(`^${version.replaceAll('.', '\\.')} - \\d{4}-\\d\\d-\\d\\d$`).test(heading)) {
    faults.push(`CHANGELOG.md begins with "${heading}", not "${version} - " and the date`);
  }
  return faults;
}
