import { text, type ValueKind } from '@spillway/options';

/** Where a proxy answers: held without a slash at the end, and without /proxy-metrics. */
export function proxyUrl(): ValueKind<string> {
  return text({
    placeholder: '<url>',
    allowed: 'the http or https URL of a proxy, without user, password and query',
    read: (raw) => {
      const url = URL.parse(raw.trim());
      if (url === null || !/^https?:$/.test(url.protocol)) return null;
      if (url.username !== '' || url.password !== '' || url.search !== '') return null;
      return (url.origin + url.pathname).replace(/\/+(proxy-metrics\/*)?$/, '');
    },
    explain: (raw) => {
      if (/^https?:\/\/[^/]*@/i.test(raw)) return 'a password is not sent; --admin-token is';
      // `localhost:8080` parses, as a scheme of its own.
      return /^https?:/i.test(raw) || URL.parse(`http://${raw}`) === null
        ? null
        : `write http://${raw}`;
    },
  });
}
