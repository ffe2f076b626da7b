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
}

const readers: PartReaders = {
  rate: readNumber,
  service: (text) => text || null,
  patience: (text) => parseDuration(text) || null,
  resends: (text) => (/^\d{1,2}$/.test(text) ? Number(text) : null),
  method: (text) => (/^[A-Z]+$/.test(text) ? text : null),
};

/** `batch:rate=100,service=exponential:1s,patience=1m`. */
export function groupKind(): ValueKind<GivenGroup> {
  return parsed({
    name: 'group',
    placeholder: '<group>',
    allowed: `NAME:rate=N and, if other than for all, ${Object.keys(readers).slice(1).join('=, ')}=`,
    example: 'batch:rate=100,service=exponential:1s,patience=1m',
    read: (text) => readGroup(text).group,
    format: formatGroup,
    explain: (text) => readGroup(text).fault,
  });
}

function formatGroup({ name, patience, ...parts }: GivenGroup): string {
  const all = Object.entries({
    ...parts,
    ...(patience === undefined ? {} : { patience: formatDuration(patience) }),
  });
  return `${name}:${all.map(([key, value]) => `${key}=${value}`).join(',')}`;
}

function readGroup(text: string): { group: GivenGroup | null; fault: string | null } {
  const [, name, rest] = /^\s*([\w-]+):(.*)$/.exec(text) ?? [];
  if (name === undefined || rest === undefined) return { group: null, fault: null };
  const { parts, fault } = readParts<GivenGroup>(rest.split(','), readers);
  if (fault !== null) return { group: null, fault };
  if (parts.rate === undefined) return { group: null, fault: `${name} needs a rate=` };
  return { group: { ...parts, name, rate: parts.rate }, fault: null };
}
