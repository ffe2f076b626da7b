import { problemReporter } from '@spillway/terminal';
import { exitCodes } from './exit-codes.ts';

export const reportProblems = problemReporter('monitor', exitCodes.usage);
