export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly type: string;
  readonly help: string;
  readonly samples: Sample[];
}

const numberText = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|[+-]?Inf|NaN)$/i;

/** The text format 0.0.4, strictly: throws at the first line that it doesn't allow. */
export function parsePrometheus(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  let help: { name: string; text: string } | null = null;
  let current: { name: string; family: Family } | null = null;

  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/.exec(line);
    if (comment !== null) {
      const [, kind, name, rest] = comment as unknown as [string, string, string, string];
      if (kind === 'HELP') {
        help = { name, text: rest };
        continue;
      }
      if (!/^(counter|gauge|histogram|summary|untyped)$/.test(rest)) throw new Error(line);
      if (help?.name !== name) throw new Error(`no help before: ${line}`);
      if (families.has(name)) throw new Error(`twice: ${line}`);
      current = { name, family: { type: rest, help: help.text, samples: [] } };
      families.set(name, current.family);
      continue;
    }
    const sample = parseSample(line);
    if (current === null || baseName(sample.name, current.family.type) !== current.name) {
      throw new Error(`outside of its family: ${line}`);
    }
    const key = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
    if (seen.has(key)) throw new Error(`twice: ${line}`);
    seen.add(key);
    current.family.samples.push(sample);
  }
  return families;
}

const baseName = (name: string, type: string): string =>
  type === 'histogram' ? name.replace(/_(?:bucket|sum|count)$/, '') : name;

function parseSample(line: string): Sample {
  const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
  if (match === null || !numberText.test(match[3] as string)) throw new Error(`no sample: ${line}`);
  const labels: Record<string, string> = {};
  let rest = match[2] ?? '';
  while (rest !== '') {
    const label = /^([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/.exec(rest);
    if (label === null) throw new Error(`no label: ${line}`);
    labels[label[1] as string] = (label[2] as string).replace(/\\(.)/g, (_, c) =>
      c === 'n' ? '\n' : c,
    );
    rest = rest.slice(label[0].length);
  }
  const value = Number((match[3] as string).replace(/Inf$/i, 'Infinity'));
  return { name: match[1] as string, labels, value };
}
