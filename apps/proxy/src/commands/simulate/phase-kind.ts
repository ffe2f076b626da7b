import { formatDuration, parseDuration, parsed, type ValueKind } from '@spillway/options';
import type { Phase } from '@spillway/simulation';
import { type PartReaders, readNumber, readParts, readShare } from './named-parts.ts';

const readers: PartReaders = {
  load: readNumber,
  service: (text) => readNumber(text) || null,
  failing: readShare,
  down: (text) => (text === '' ? true : null),
};

/** `20s-30s:load=3,service=2`: between these instants, three times the load and half the speed. */
export function phaseKind(): ValueKind<Phase> {
  return parsed({
    name: 'phase',
    placeholder: '<phase>',
    allowed: 'FROM-TO: and what then changes, of load=, service=, failing= and down',
    example: '20s-30s:load=3,service=2 or 20s-30s:down',
    read: (text) => readPhase(text).phase,
    format: formatPhase,
    explain: (text) => readPhase(text).fault,
  });
}

export function formatPhase({ fromMs, toMs, load, service, failing, down }: Phase): string {
  const parts = [
    ...(load === 1 ? [] : [`load=${load}`]),
    ...(service === 1 ? [] : [`service=${service}`]),
    ...(failing === null ? [] : [`failing=${failing}`]),
    ...(down ? ['down'] : []),
  ];
  return `${formatDuration(fromMs)}-${formatDuration(toMs)}:${parts.join(',')}`;
}

function readPhase(text: string): { phase: Phase | null; fault: string | null } {
  const [time = '', ...rest] = text.split(':');
  const [from = '', to = '', ...more] = time.split('-');
  const [fromMs, toMs] = [parseDuration(from), parseDuration(to)];
  if (fromMs === null || toMs === null || more.length > 0 || rest.length !== 1) {
    return { phase: null, fault: null };
  }
  if (fromMs >= toMs) return { phase: null, fault: 'it must end after it begins' };
  const { parts, fault } = readParts<Phase>(rest[0]!.split(','), readers);
  if (fault !== null) return { phase: null, fault };
  const phase = { fromMs, toMs, load: 1, service: 1, failing: null, down: false, ...parts };
  return { phase, fault: null };
}
