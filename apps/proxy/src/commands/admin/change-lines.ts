import type { ReloadDone } from '@spillway/contracts';

type Change = ReloadDone['changes'][number];

/** A change as a person reads it. Of lists only what came and what went. */
export function changeLines({ where, what, from, to }: Change): string[] {
  if (what === 'service') {
    return from === null
      ? [`  + ${where}: ${textOf(to)}`]
      : [`  - ${where}: it ends what it has and is gone`];
  }
  if (!Array.isArray(from) || !Array.isArray(to)) {
    return [`  ~ ${where}: ${what} ${textOf(from)} -> ${textOf(to)}`];
  }
  const [before, after] = [from.map(textOf), to.map(textOf)];
  const came = after.filter((one) => !before.includes(one));
  const went = before.filter((one) => !after.includes(one));
  const title = where === what ? where : `${where}: ${what}`;
  if (came.length + went.length === 0) {
    const moved = before.some((one, i) => after[i] !== one);
    return [`  ~ ${title}${moved ? ' in another order' : ': values that are not shown'}`];
  }
  return [
    `  ~ ${title}`,
    ...went.map((one) => `    - ${one}`),
    ...came.map((one) => `    + ${one}`),
  ];
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === null ? 'none' : JSON.stringify(value);
