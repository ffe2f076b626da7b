import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { type ShortageKind, shortageKinds } from '@spillway/diagnosis';

const kindOfCode: Readonly<Record<string, ShortageKind>> = {
  EMFILE: 'descriptors',
  ENFILE: 'descriptors',
  EADDRNOTAVAIL: 'ports',
  // Of connect(2), where the range of local ports is used up on some systems.
  EAGAIN: 'ports',
  ENOBUFS: 'memory',
  ENOMEM: 'memory',
  EAI_MEMORY: 'memory',
};

interface SystemError {
  readonly code?: unknown;
  readonly syscall?: unknown;
  /** Of an AggregateError: one for each address that was tried. */
  readonly errors?: readonly unknown[];
}

/** What this process has run out of, if that is why a system call failed; null: the fault is elsewhere. */
export function shortageOf(error: unknown): ShortageKind | null {
  const { code, syscall, errors } = error as SystemError;
  if (errors !== undefined && errors.length > 0) {
    // An address of a family that this machine lacks is EADDRNOTAVAIL too: one that answered tells more.
    const kinds = errors.map(shortageOf);
    return kinds.includes(null) ? null : (kinds[0] as ShortageKind);
  }
  const kind = kindOfCode[String(code)];
  if (kind !== undefined) return kind;
  // Without a descriptor for its socket or its files getaddrinfo says that there is no such name.
  return syscall === 'getaddrinfo' && outOfDescriptors() ? 'descriptors' : null;
}

/** The null device needs nothing but a descriptor, and never blocks. */
export function outOfDescriptors(): boolean {
  try {
    closeSync(openSync(devNull, 'r'));
    return false;
  } catch (error) {
    return kindOfCode[String((error as SystemError).code)] === 'descriptors';
  }
}

/** `doing`: what failed for want of it. */
export function shortageText(kind: ShortageKind, doing: string, code: unknown): string {
  const { of, remedy } = shortageKinds[kind];
  return `the proxy is out of ${of.replace(/ \(.*/, '')} ${doing} (${code}). ${remedy}`;
}
