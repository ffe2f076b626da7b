/** Options about options: where to read them from. Every table has these two. */
export const configFlag = '--config';
export const presetFlag = '--preset';

export const metaGroup = 'General';

export function configDescription(defaultFile: string): string {
  return `File to read options from (default: ${defaultFile} in the working directory, if there)`;
}

export function presetDescription(names: readonly string[]): string {
  return `Values for a scenario, which all else overrides: ${names.join(', ')}`;
}
