/** The highest weight that Accept gives any of the types, 0 when it names none (RFC 9110 section 12.5.1). */
export function weightOf(accept: string, types: ReadonlySet<string>): number {
  let highest = 0;
  for (const range of accept.toLowerCase().split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    if (!types.has(type)) continue;
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    highest = Math.max(highest, weight === undefined ? 1 : Number(weight.slice(2)) || 0);
  }
  return highest;
}
