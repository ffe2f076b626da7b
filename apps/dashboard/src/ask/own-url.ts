const page = '/proxy-dashboard';

/**
 * Address of one of the proxy's endpoints, from the address of this page: both may stand behind the
 * prefix of another proxy. Built without the user and password of the page's own address, with
 * which no fetch is allowed.
 */
export function ownUrl(name: string, { origin, pathname }: Pick<Location, 'origin' | 'pathname'>) {
  const end = pathname.lastIndexOf(page);
  return `${origin}${end === -1 ? '' : pathname.slice(0, end)}/${name}`;
}
