export { type ColourFlag, paint } from './paint.ts';
export { problemReporter } from './problem-reporter.ts';
export { createProgram, runArguments } from './program.ts';
export { processSurroundings, type Surroundings } from './surroundings.ts';
export { wrapText } from './wrap-text.ts';
