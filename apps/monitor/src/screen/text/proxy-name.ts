import { cutStart } from './fit.ts';
import { span } from './span.ts';

/** What tells a proxy from the others: its address without the scheme, and with its end where there is little room. */
export function proxyName(url: string, width: number): string {
  return cutStart(span(url.replace(/^https?:\/\//, '')).text, width);
}
