import { dropFields } from '../http/raw-fields.ts';
import type { Exchange } from './exchange.ts';

/** Tells the upstream how many seconds an answer is still of use (`--deadline-header`), where that is known. */
export function tellTimeLeft(exchange: Exchange, fields: string[]): void {
  const name = exchange.settings.deadlineHeader;
  if (name === null || exchange.deadline === Infinity) return;
  dropFields(fields, [name]);
  fields.push(name, (Math.max(0, exchange.remainingMs()) / 1000).toFixed(3));
}
