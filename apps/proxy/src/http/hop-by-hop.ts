/** RFC 9110 section 7.6.1, with the two that older senders use. */
export const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** Whether a field, in lower case, is meant for one connection only. */
export const isHopByHop = (name: string): boolean => hopByHop.has(name);

/** The field names that Connection lists, in lower case; null when it lists none. */
export function connectionOptions(connection: string | undefined): ReadonlySet<string> | null {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close')
    return null;
  const names = new Set<string>();
  for (const option of connection.split(',')) {
    const name = option.trim().toLowerCase();
    if (name !== '' && name !== 'close' && name !== 'keep-alive') names.add(name);
  }
  return names.size > 0 ? names : null;
}

/** RFC 9110 section 7.6.3: the version in which the message was received, and our pseudonym. */
export const viaValue = (httpVersion: string, pseudonym: string): string =>
  `${httpVersion} ${pseudonym}`;
