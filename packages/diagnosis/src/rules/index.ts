import type { Rule } from '../rule.ts';
import { breakerOpen } from './breaker-open.ts';

/** All rules. Adding one is a file, its test, a line here and one in docs/diagnosis.md. */
export const rules: readonly Rule[] = [breakerOpen];
