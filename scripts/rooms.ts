import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/**
 * The rooms of apps/proxy/src from bottom to top, and which of them each may import: only ones above it in this list.
 * CONTRIBUTING.md tells what is in them.
 */
export const rooms: Readonly<Record<string, readonly string[]>> = {
  system: [],
  http: [],
  config: ['http'],
  observe: ['system', 'http', 'config'],
  service: ['system', 'http', 'config', 'observe'],
  front: ['system', 'http', 'config'],
  request: ['system', 'http', 'config', 'observe', 'service', 'front'],
  why: ['system', 'config', 'observe', 'request'],
  instance: ['system', 'http', 'config', 'observe', 'service', 'request', 'why'],
  upgrade: ['system', 'observe', 'service', 'instance'],
  own: ['system', 'http', 'observe', 'service', 'front', 'why', 'instance'],
  server: ['system', 'config', 'observe', 'front', 'request', 'instance', 'upgrade', 'own'],
  commands: ['system', 'config', 'observe', 'service', 'why', 'instance', 'upgrade', 'server'],
};

/** What is wrong with imports between the rooms below `source`, as a line each; empty where all is well. */
export function findFaults(source: string, map = rooms): string[] {
  const imports = sourceFiles(source).flatMap((file) => importsOf(file, source));
  const known = Object.keys(map);
  const faults = new Set<string>();
  for (const [room, allowed] of Object.entries(map)) {
    for (const other of allowed) {
      if (known.indexOf(other) >= known.indexOf(room)) {
        faults.add(`${room} is said to import ${other}, which is not below it`);
      } else if (!imports.some(({ from, to }) => from === room && to === other)) {
        faults.add(`${room} is said to import ${other}, and does not`);
      }
    }
  }
  for (const { file, from, to, target } of imports) {
    if (!known.includes(to)) faults.add(`${to} is no room in the list`);
    // What stands beside the rooms puts them together.
    else if (from !== '' && !map[from]?.includes(to)) {
      faults.add(`${file} imports ${target}: ${from} may not import ${to}`);
    }
  }
  return [...faults];
}

interface Import {
  readonly file: string;
  readonly target: string;
  /** The rooms; '' for files that are in none. */
  readonly from: string;
  readonly to: string;
}

/** Imports of types count as well: whoever knows the type of a thing knows the thing. */
const specifiers = /\b(?:from|import)\s*\(?\s*'(\.[^']*)'/g;

/** Those that leave the file's room. */
function importsOf(file: string, source: string): Import[] {
  const from = roomOf(file, source);
  return [...readFileSync(file, 'utf8').matchAll(specifiers)].flatMap(([, specifier = '']) => {
    const target = resolve(dirname(file), specifier);
    const to = roomOf(target, source);
    const outside = relative(source, target).startsWith('..');
    if (to === from || outside) return [];
    return [{ file: relative(source, file), target: relative(source, target), from, to }];
  });
}

function roomOf(file: string, source: string): string {
  const [first = '', ...rest] = relative(source, file).split(sep);
  return rest.length === 0 ? '' : first;
}

const sourceFiles = (source: string): string[] =>
  readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(source, name));
