import { commandNames } from '@spillway/contracts';
import { problemReporter } from '@spillway/terminal';
import { exitUsage } from './exit-codes.ts';

export const reportProblems = problemReporter(commandNames.proxy, exitUsage);
