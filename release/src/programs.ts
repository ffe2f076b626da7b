import { fileURLToPath } from 'node:url';

/** In the package every program is a file beside this one. */
export const programArguments = (program: string): readonly string[] => [
  fileURLToPath(new URL(`./${program}.js`, import.meta.url)),
];

export const exitWithParent = new URL('./exit-with-parent.js', import.meta.url).href;
