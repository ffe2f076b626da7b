import type { Row } from '../history/history.ts';

const polls = 60;
/** So many fill the width at first. */
const least = 15;
const width = 120;
const height = 24;

/** The last two minutes of a line, without scale: the plot below has one. */
export function Spark({ rows, line }: { rows: readonly Row[]; line: string }) {
  const values = rows.slice(-polls).map(({ values: all }) => all[line] ?? null);
  return (
    <dd class="spark" aria-hidden="true">
      <svg aria-hidden="true" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none">
        <path d={pathOf(values)} vector-effect="non-scaling-stroke" />
      </svg>
    </dd>
  );
}

/** Ends at the right edge; a null lifts the pen. */
export function pathOf(values: readonly (number | null)[]): string {
  const highest = Math.max(...values.map((value) => value ?? 0), Number.MIN_VALUE);
  let pen = 'M';
  let path = '';
  values.forEach((value, i) => {
    if (value === null) {
      pen = 'M';
      return;
    }
    const x = width - ((values.length - 1 - i) * width) / (Math.max(least, values.length) - 1);
    const y = height - 1 - (value / highest) * (height - 2);
    path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = 'L';
  });
  return path;
}
