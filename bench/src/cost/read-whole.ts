import { InvalidArgumentError } from 'commander';

/** A flag's positive whole number. */
export function readWhole(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('expected a positive whole number.');
  return Number(text);
}
