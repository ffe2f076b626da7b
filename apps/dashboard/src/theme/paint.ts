import { themeChanged } from './use-theme.ts';

const seen = new Map<string, string>();
let probe: HTMLElement | null = null;

if (typeof addEventListener === 'function') addEventListener(themeChanged, () => seen.clear());

/** What a custom property of the style sheet is now, for canvases, which know no custom properties. */
export function paint(property: string): string {
  const known = seen.get(property);
  if (known !== undefined) return known;
  probe ??= document.body.appendChild(document.createElement('span'));
  probe.hidden = true;
  probe.style.color = `var(${property})`;
  const colour = getComputedStyle(probe).color;
  seen.set(property, colour);
  return colour;
}

/** The same, seen through. */
export function paintThrough(property: string, percent: number): string {
  const name = `${property} ${percent}`;
  const known = seen.get(name);
  if (known !== undefined) return known;
  const colour = `color-mix(in srgb, ${paint(property)} ${percent}%, transparent)`;
  seen.set(name, colour);
  return colour;
}
