export * from './admission.ts';
export * from './finding.ts';
export * from './health.ts';
export * from './load-report.ts';
export * from './metrics.ts';
export * from './outcomes.ts';
export * from './problem.ts';
export * from './request-story.ts';
