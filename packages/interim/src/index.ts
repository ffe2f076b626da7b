export { ResponseHeads } from './response-heads.ts';
export { skipContinue } from './skip-continue.ts';
