import { wrapText } from '@spillway/terminal';
import type { ChalkInstance } from 'chalk';
import { escapeTerminal } from '../escape.ts';

/** A warning a line, or a few. */
export function warningLines(warnings: readonly string[], colour: ChalkInstance): string {
  return warnings
    .map((warning) => wrapText(`warning: ${escapeTerminal(warning)}`))
    .map((lines) => lines.replace(/^warning:/, colour.yellow('warning:')))
    .join('\n');
}
