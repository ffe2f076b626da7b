import { parsed, type ValueKind } from '@spillway/options';
import { isHopByHop } from '../http/hop-by-hop.ts';
import { headerName } from './class-kinds.ts';

/** What a message or its connection needs, and what the proxy writes itself. */
const taken =
  /^(content-.+|date|expect|forwarded|host|http2-settings|max-forwards|proxy(-.+)?|server|trailers?|via|x-forwarded(-.+)?|x-real-ip|x-request-id)$/;

/** The name of a header field that may carry a number of ours, in lower case in code. */
export function freeHeaderName(): ValueKind<string> {
  const { schema } = headerName();
  const isFree = (name: string): boolean => !isHopByHop(name) && !taken.test(name);
  return parsed<string>({
    name: 'header',
    placeholder: '<header>',
    allowed: 'the name of a header field that HTTP and the proxy leave free',
    example: 'X-Request-Timeout',
    read: (text) => {
      const { data = null } = schema.safeParse(text);
      return data !== null && isFree(data) ? data : null;
    },
    format: (value) => value,
    explain: (text) =>
      isFree(text.toLowerCase()) ? null : `${text} has a meaning of its own in each message`,
  });
}
