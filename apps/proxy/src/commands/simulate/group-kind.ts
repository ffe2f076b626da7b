import { formatDuration, parseDuration, parsed, type ValueKind } from '@spillway/options';
import { type PartReaders, readNumber, readParts } from './named-parts.ts';

/** What is said of a group; the rest is as for all clients. */
export interface GivenGroup {
  readonly name: string;
  readonly rate: number;
  readonly service?: string;
  readonly patience?: number;
  readonly resends?: number;
  readonly method?: string;
  readonly class?: string;
  readonly key?: string;
  /** The proxy hears of their patience. */
  readonly told?: true;
}

const readers: PartReaders = {
  rate: readNumber,
  service: (text) => text || null,
  patience: (text) => parseDuration(text) || null,
  resends: (text) => (/^\d{1,2}$/.test(text) ? Number(text) : null),
  method: (text) => (/^[A-Z]+$/.test(text) ? text : null),
  class: (text) => text || null,
  key: (text) => text || null,
  told: (text) => (text === '' ? true : null),
};

/** `batch:rate=100,service=exponential:1s,patience=1m`. */
export function groupKind(): ValueKind<GivenGroup> {
  return parsed({
    name: 'group',
    placeholder: '<group>',
    allowed:
      'NAME:rate=N and, if other than for all, service=, patience=, resends=, method=, class=, key=, told',
    example: 'batch:rate=100,service=exponential:1s,patience=1m',
    read: (text) => readGroup(text).group,
    format: formatGroup,
    explain: (text) => readGroup(text).fault,
  });
}

function formatGroup({ name, patience, told, ...parts }: GivenGroup): string {
  const all = Object.entries({
    ...parts,
    ...(patience === undefined ? {} : { patience: formatDuration(patience) }),
  });
  const texts = all.map(([key, value]) => `${key}=${value}`);
  return `${name}:${[...texts, ...(told ? ['told'] : [])].join(',')}`;
}

function readGroup(text: string): { group: GivenGroup | null; fault: string | null } {
  const [, name, rest] = /^\s*([\w-]+):(.*)$/.exec(text) ?? [];
  if (name === undefined || rest === undefined) return { group: null, fault: null };
  const { parts, fault } = readParts<GivenGroup>(rest.split(','), readers);
  if (fault !== null) return { group: null, fault };
  if (parts.rate === undefined) return { group: null, fault: `${name} needs a rate=` };
  return { group: { ...parts, name, rate: parts.rate }, fault: null };
}
