import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { optional } from './kinds/optional.ts';
import { bearerToken } from './kinds/secret.ts';
import { path } from './kinds/text.ts';
import { type OptionProblem, problem } from './option-problem.ts';
import { option } from './option-table.ts';
import { describeSource, type ValueSource } from './value-source.ts';

/** The bearer token that a file holds and nothing else; throws what is wrong with it, without showing it. */
export function readTokenFile(file: string): string {
  const text = readFileSync(file, 'utf8').trim();
  if (text === '') throw new Error('it is empty');
  const kind = bearerToken();
  const token = kind.schema.safeParse(text);
  if (!token.success) throw new Error(`it does not hold one token, which must be ${kind.allowed}`);
  return token.data;
}

/** How a client of a proxy with a token is given it. */
export const adminTokenOptions = (group: string) => ({
  adminToken: option({
    flag: '--admin-token',
    kind: optional(bearerToken()),
    default: null,
    group,
    description: "The token that the proxy's own --admin-token asks for",
  }),
  adminTokenFile: option({
    flag: '--admin-token-file',
    kind: optional(path()),
    default: null,
    group,
    description: 'File with that token, so that no process list shows it',
  }),
});

/** A token and a file with it, in the options of a client. */
interface TokenOptions {
  readonly config: { readonly adminToken: string | null; readonly adminTokenFile: string | null };
  readonly sources: { readonly adminToken: ValueSource; readonly adminTokenFile: ValueSource };
}

/** Of the two the one that was given more directly; null without either. Paths are relative to `cwd`. */
export function adminTokenOf(
  { config, sources }: TokenOptions,
  cwd: string,
): string | null | OptionProblem {
  const { adminToken, adminTokenFile: file } = config;
  if (file === null || sources.adminToken.from === 'flag') return adminToken;
  try {
    return readTokenFile(resolve(cwd, file));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const where = describeSource(sources.adminTokenFile);
    return code === undefined
      ? problem('invalid_value', where, `${file}: ${message}`)
      : problem('unreadable_file', where, `cannot read ${file}: ${code}`);
  }
}
