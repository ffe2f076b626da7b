import { knownServices, offeredViews, type ScreenState } from './screen-state.ts';
import { cutLine, lineWidth } from './text/fit.ts';
import { type Line, span } from './text/span.ts';

/** The views, the one that is on in brackets, and the keys; as many as fit before the last column. */
export function footer(state: ScreenState, columns: number): Line {
  const { view, proxies } = state;
  const views = offeredViews(state).map((name, index) => {
    const text = name === view ? `[${index + 1} ${name}]` : ` ${index + 1} ${name} `;
    return span(text, name === view ? 'strong' : 'dim');
  });
  const keys = [
    '? help',
    ...(knownServices(state).length > 0 ? ['s service'] : []),
    ...['q quit', 'space pause'],
    ...(proxies.length > 1 ? ['n next'] : []),
    '+ - interval',
  ];
  let line: Line = [...views, span(' ')];
  for (const key of keys) {
    const longer = [...line, span(` ${key} `, 'dim')];
    if (lineWidth(longer) <= columns - 1) line = longer;
  }
  return cutLine(line, columns - 1);
}
