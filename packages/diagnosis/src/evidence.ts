import type { Evidence } from '@spillway/contracts';

const as =
  (unit: Evidence['unit']) =>
  (what: string, value: number | null): Evidence | null =>
    value === null ? null : { what, value, unit };

/** Evidence by its unit; null: it was not measured. */
export const requests = as('requests');
export const count = as('count');
export const seconds = as('seconds');
export const perSecond = as('per_second');

/** Part of a whole, in percent. */
export const percent = (what: string, part: number, whole: number): Evidence | null =>
  as('percent')(what, whole > 0 ? (100 * part) / whole : 0);
