import type { OptionInForce } from '@spillway/options';
import type { ChalkInstance } from 'chalk';
import type { ResolvedProxyOptions } from '../../config/proxy-options.ts';
import type { Severity } from './lint/finding.ts';
import type { NamedFinding } from './lint/rules.ts';

/** A finding for people: what, the numbers, the remedy, a line each. */
export function formatFinding(
  { severity, rule, what, evidence, remedy }: NamedFinding,
  colour: ChalkInstance,
): string {
  const shades = { error: colour.red, warning: colour.yellow, hint: colour.cyan };
  const numbers = Object.entries(evidence).map(([name, value]) => `${name} ${value}`);
  return [
    `${shades[severity](severity)}: ${what} ${colour.dim(`[${rule}]`)}`,
    `  seen: ${numbers.join(', ')}`,
    `  remedy: ${colour.bold(remedy)}`,
  ].join('\n');
}

/** Where the configuration comes from, and how much there is to say of it. */
export function formatVerdict(
  findings: readonly NamedFinding[],
  resolved: ResolvedProxyOptions,
): string {
  const origin = [
    resolved.file === null ? 'no file' : `file ${resolved.file}`,
    ...(resolved.preset === null ? [] : [`preset ${resolved.preset}`]),
  ];
  return `configuration is valid (${origin.join(', ')}): ${sum(findings)}`;
}

function sum(findings: readonly NamedFinding[]): string {
  const counts = (['error', 'warning', 'hint'] as const satisfies Severity[]).map((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return `${count} ${severity}${count === 1 ? '' : 's'}`;
  });
  return counts.join(', ');
}

/** The configuration in force: flag, value, source, in columns. */
export function formatConfig(options: readonly OptionInForce[], colour: ChalkInstance): string {
  const flagWidth = Math.max(...options.map(({ flag }) => flag.length));
  const textWidth = Math.max(...options.map(({ text }) => text.length));
  return options
    .map(({ flag, text, source }) => {
      const shown = source.startsWith('default') ? colour.dim(source) : source;
      return `${flag.padEnd(flagWidth)}  ${text.padEnd(textWidth)}  ${shown}`;
    })
    .join('\n');
}
