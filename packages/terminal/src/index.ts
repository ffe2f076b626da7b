export { type ColourFlag, paint } from './paint.ts';
export { problemReporter } from './problem-reporter.ts';
export { wrapText } from './wrap-text.ts';
