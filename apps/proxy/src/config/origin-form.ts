import { parsed } from '@spillway/options';

/** The path of a request, with its query. */
export function originForm() {
  return parsed<string>({
    name: 'path',
    placeholder: '<path>',
    allowed: 'a path that begins with /',
    read: (text) => (/^\/[\x21-\x7e]*$/.test(text) ? text : null),
    format: (value) => value,
  });
}
