import { readFileSync } from 'node:fs';
import type { OptionScope } from '@spillway/options';
import { proxyOptions } from '../src/config/proxy-options.ts';

const [start, end] = ['<!-- options by place, by pnpm write-docs -->', '<!-- end of options -->'];

const places: Readonly<Record<OptionScope, string>> = {
  request: 'a route, a service, the top',
  service: 'a service, the top',
  instance: 'the top alone',
};

/** docs/configuration.md, which is written by hand, with its table of where each option may stand renewed. */
export function withOptionPlaces(url: URL): string {
  const page = readFileSync(url, 'utf8');
  const [before, rest] = page.split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`${url} lacks ${start} … ${end}`);
  return `${before}${start}\n\n${table()}\n\n${end}${after}`;
}

function table(): string {
  const options = Object.values(proxyOptions.options);
  const rows = Object.entries(places).map(([scope, place]) => {
    const keys = options
      .filter((option) => (option.scope ?? 'instance') === scope)
      .map(({ flag }) => `\`${flag.slice(2).replaceAll('-', '_')}\``);
    return `| ${place} | ${keys.join(', ')} |`;
  });
  return ['| May stand in | Options |', '| --- | --- |', ...rows].join('\n');
}
