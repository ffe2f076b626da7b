import { threeFigures } from './seconds.ts';

const whole = new Intl.NumberFormat('en');

/** A count in full: 1,234,567. */
export const formatCount = (value: number): string => whole.format(Math.round(value));

/** A count where there is little room: 950, 12.3 k, 4.56 M. */
export function formatShort(value: number): string {
  const size = Math.abs(value);
  if (size < 1000) return threeFigures(value);
  if (size < 999_500) return `${threeFigures(value / 1000)} k`;
  return `${threeFigures(value / 1e6)} M`;
}

/** Events a second. */
export const formatRate = (perSecond: number): string =>
  perSecond > 0 && perSecond < 0.01 ? '< 0.01' : formatShort(perSecond);

/** 100 only when it is all, 0 only when it is none. */
export function formatPercent(percent: number): string {
  if (percent > 99.99 && percent < 100) return '> 99.99 %';
  if (percent > 0 && percent < 0.01) return '< 0.01 %';
  const digits = percent > 99 || percent < 1 ? 2 : 1;
  return `${Number(percent.toFixed(digits))} %`;
}
