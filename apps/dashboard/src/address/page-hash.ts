/** What a link to the page can open; null: all services, or no story. */
export interface PageHash {
  readonly service: string | null;
  /** Id of a request. */
  readonly why: string | null;
}

/** The part of the page's address that opens it: `#service=models&why=7c1f`. */
export function hashOf({ service, why }: PageHash): string {
  const parts = [
    ...(service === null ? [] : [`service=${encodeURIComponent(service)}`]),
    ...(why === null ? [] : [`why=${encodeURIComponent(why)}`]),
  ];
  return parts.length === 0 ? '' : `#${parts.join('&')}`;
}

export const parseHash = (hash: string): PageHash => ({
  service: valueIn(hash, 'service'),
  why: valueIn(hash, 'why'),
});

function valueIn(hash: string, name: keyof PageHash): string | null {
  const part = hash
    .slice(1)
    .split('&')
    .find((one) => one.startsWith(`${name}=`));
  const value = part?.slice(name.length + 1) ?? '';
  if (value === '') return null;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
