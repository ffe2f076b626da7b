import { parsed, type ValueKind } from '@spillway/options';
import type { BackendSettings } from '@spillway/simulation';

type Knee = NonNullable<BackendSettings['knee']>;

/** `40` or `40:2`: above 40 inside, service takes longer by the excess, or by twice the excess. */
export function kneeKind(): ValueKind<Knee> {
  return parsed({
    name: 'knee',
    placeholder: '<knee>',
    allowed: 'a number of requests, and a slope if not 1',
    example: '40 or 40:2',
    read: (text) => {
      const [, at, slope = '1'] = /^\s*(\d+)(?::(\d+(?:\.\d+)?))?\s*$/.exec(text) ?? [];
      return at === undefined || Number(at) === 0 ? null : { at: Number(at), slope: Number(slope) };
    },
    format: ({ at, slope }) => (slope === 1 ? String(at) : `${at}:${slope}`),
  });
}
