import { z } from 'zod';
import type { ValueKind } from '../value-kind.ts';

/** Repeat the flag, separate by commas in the environment, write an array (or one item) in a file. */
export function list<Item>(item: ValueKind<Item>): ValueKind<readonly Item[]> {
  const items = z.array(item.schema);
  return {
    name: `list of ${item.name}`,
    placeholder: item.placeholder,
    allowed: `a list, each ${item.allowed}`,
    repeatable: true,
    schema: z.union([items, item.schema.transform((one) => [one])]),
    fromText: (text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '')
        .map((part) => item.fromText(part)),
    format: (value) => value.map((one) => item.format(one)).join(','),
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
