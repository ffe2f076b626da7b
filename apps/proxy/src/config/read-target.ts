import type { ConfigValue } from '@spillway/options';
import type { TargetSettings } from './configuration.ts';
import { target as targetKind } from './network-kinds.ts';
import type { SectionReader } from './section-reader.ts';

const { schema, allowed, explain } = targetKind();
const keys = ['url', 'weight', 'max_concurrent_requests'];
export const weightBounds = { min: 0.01, max: 1000 } as const;
export const targetLimitBounds = { min: 1, max: 65_535 } as const;

/** `"http://10.0.0.1:8000"`, or `{ "url": …, "weight": 2, "max_concurrent_requests": 8 }`. */
export function readTarget(reader: SectionReader, value: ConfigValue): TargetSettings | null {
  const { properties } = value;
  if (properties === null) {
    const url = readOrigin(reader, value);
    return url === null ? null : { origin: url, weight: 1, maxConcurrentRequests: null };
  }
  let url: string | null = null;
  let weight: number | null = 1;
  let limit: number | null = null;
  let named = false;
  for (const property of properties) {
    if (property.name === 'url') {
      named = true;
      url = readOrigin(reader, property);
    } else if (property.name === 'weight') {
      weight = reader.number(property, 'weight', weightBounds.min, weightBounds.max);
    } else if (property.name === 'max_concurrent_requests') {
      limit = reader.integer(property, property.name, targetLimitBounds.min, targetLimitBounds.max);
    } else {
      const message = `a target takes ${keys.join(', ')}, not ${JSON.stringify(property.name)}`;
      reader.refuse(property, message);
    }
  }
  if (!named) reader.refuse(value, 'a target needs its url');
  if (url === null || weight === null) return null;
  return { origin: url, weight, maxConcurrentRequests: limit };
}

function readOrigin(reader: SectionReader, value: ConfigValue): string | null {
  const { success, data } = schema.safeParse(value.value);
  if (success) return data;
  const remark = explain?.(value.value) ?? null;
  const message = `a target must be ${allowed}, not ${value.literal.replace(/\/\/[^/\s"]*@/g, '//***@')}`;
  return reader.refuse(value, remark === null ? message : `${message}: ${remark}`);
}
