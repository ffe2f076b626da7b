import type { Row } from '../history/history.ts';
import type { Mark, Watch } from './watch.ts';

/** What a reload of the page would lose. */
export interface KeptHistory {
  /** Of the proxy that it is about. */
  readonly startedAt: string;
  readonly rows: readonly Row[];
  readonly marks: readonly Mark[];
}

type Store = Pick<Storage, 'getItem' | 'setItem'>;

/** With a number, so that a page of another version starts anew. */
const key = 'spillway-history-1';

const keyOf = (service: string | null): string => (service === null ? key : `${key}/${service}`);

/** Keeps it for as long as the tab is open; a store that is full or forbidden keeps nothing. */
export function keepHistory(
  store: () => Store,
  { snapshot, rows, marks }: Watch,
  service: string | null = null,
): void {
  if (snapshot === null) return;
  const kept: KeptHistory = { startedAt: snapshot.process.started_at, rows, marks };
  try {
    store().setItem(keyOf(service), JSON.stringify(kept));
  } catch {
    // Then the next page begins anew, as ever.
  }
}

/** What was kept until `now`, in seconds since 1970; null when nothing was. */
export function keptHistory(
  store: () => Store,
  now: number,
  service: string | null = null,
): KeptHistory | null {
  try {
    const kept = JSON.parse(store().getItem(keyOf(service)) ?? 'null') as KeptHistory | null;
    // Plots need times that rise, and the clock may have been set back.
    return kept?.rows.every(({ at }, i) => at < now && at >= (kept.rows[i - 1]?.at ?? 0))
      ? kept
      : null;
  } catch {
    return null;
  }
}
