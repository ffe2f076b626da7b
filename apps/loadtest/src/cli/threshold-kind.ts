import { text, type ValueKind } from '@spillway/options';

/** A condition under which the run has failed, such as `p95>500ms`. */
export function threshold(): ValueKind<string> {
  return text({
    placeholder: '<rule>',
    allowed: 'a condition such as p95>500ms or errors>1%',
    read: (raw) =>
      /^\s*[a-z][\w.]*\s*(<=|>=|<|>)\s*[\d.]+\s*[a-z%/]*\s*$/i.test(raw) ? raw.trim() : null,
  });
}
