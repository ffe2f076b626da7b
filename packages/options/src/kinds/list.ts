import { z } from 'zod';
import type { ValueKind } from '../value-kind.ts';

/**
 * Repeat the flag, separate by commas in the environment, write an array (or one item) in a file.
 * Items that hold commas themselves take another separator.
 */
export function list<Item>(
  item: ValueKind<Item>,
  separator: ',' | '\n' = ',',
): ValueKind<readonly Item[]> {
  const parts = (text: string): string[] => {
    const all = text.split(separator).map((part) => part.trim());
    return all.filter((part) => part !== '');
  };
  const items = z.array(item.schema);
  const none = z.literal('none').transform((): Item[] => []);
  return {
    name: `list of ${item.name}`,
    placeholder: item.placeholder,
    allowed: `a list, each ${item.allowed}, or none`,
    repeatable: true,
    ...(item.secret ? { secret: true } : {}),
    schema: z.union([none, items, item.schema.transform((one) => [one])]),
    fromText: (text) => (text.trim() === 'none' ? [] : parts(text).map(item.fromText)),
    format: (value) => value.map((one) => item.format(one)).join(separator) || 'none',
    toJson: (value) => value.map((one) => item.toJson(one)),
    explain: (raw) => {
      const refused = (Array.isArray(raw) ? raw : [raw]).filter(
        (one) => !item.schema.safeParse(one).success,
      );
      const remark = refused.length > 0 ? (item.explain?.(refused[0]) ?? null) : null;
      if (remark !== null) return remark;
      return Array.isArray(raw) && raw.length > 1 && refused.length > 0
        ? `refused: ${refused.map((one) => JSON.stringify(one)).join(', ')}`
        : null;
    },
  };
}
