import { type OptionProblem, problem } from '@spillway/options';

/** A request that somebody asks about. */
export interface Asked {
  /** Host and port as a Host field has them; empty where only a path was given. */
  readonly authority: string;
  /** With its query. */
  readonly path: string;
  readonly method: string;
  /** By name in lower case, repeated ones joined. */
  readonly fields: ReadonlyMap<string, string>;
  readonly problems: readonly OptionProblem[];
}

/** `http://api.example.com/v1/x`, `api.example.com/v1/x` or `/v1/x`; the path is taken as it is written. */
export function readAsked(url: string, method: string, headers: readonly string[]): Asked {
  const problems: OptionProblem[] = [];
  const [, authority = '', path = ''] = /^(?:https?:\/\/)?([^/?#]*)([^#]*)/i.exec(url) ?? [];
  const fields = new Map<string, string>();
  if (authority !== '') fields.set('host', authority);
  for (const header of headers) {
    const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):[\t ]*(.*?)[\t ]*$/.exec(header) ?? [];
    if (name === undefined || value === undefined) {
      const message = `must be a field such as 'X-Tenant: acme', not ${JSON.stringify(header)}`;
      problems.push(problem('invalid_value', 'flag --header', message));
      continue;
    }
    const key = name.toLowerCase();
    const before = key === 'host' ? undefined : fields.get(key);
    fields.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  if (!/^[A-Za-z-]+$/.test(method)) {
    const message = `must be a method such as POST, not ${JSON.stringify(method)}`;
    problems.push(problem('invalid_value', 'flag --method', message));
  }
  return {
    authority: fields.get('host') ?? '',
    path: path.startsWith('/') ? path : `/${path}`,
    ...{ method, fields, problems },
  };
}
