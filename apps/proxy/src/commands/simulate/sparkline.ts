const levels = '▁▂▃▄▅▆▇█';

/** One character a column, neighbours averaged where there are more values; scaled from 0 to `most`. */
export function sparkline(values: readonly number[], most: number, columns = 60): string {
  const perColumn = Math.max(1, Math.ceil(values.length / columns));
  let line = '';
  for (let from = 0; from < values.length; from += perColumn) {
    const part = values.slice(from, from + perColumn);
    const mean = part.reduce((sum, value) => sum + value, 0) / part.length;
    line += mean === 0 || most === 0 ? ' ' : levelOf(mean / most);
  }
  return line;
}

function levelOf(share: number): string {
  return levels[Math.min(levels.length - 1, Math.floor(share * levels.length))] as string;
}
