import { describeSource, type GivenSources, type OptionProblem, problem } from '@spillway/options';

/** Options that would silently be ignored beside each other. */
export const loadConflicts: readonly ((given: GivenSources) => OptionProblem | null)[] = [
  excludes('adminToken', 'adminTokenFile', '--admin-token and --admin-token-file are one token'),
  excludes('body', 'bodyFile', '--body and --body-file exclude each other'),
  excludes('stages', 'durationMs', '--stages hold their own times; leave --duration out'),
  excludes(
    'concurrent',
    'rate',
    '--rate sends by the clock however many are under way; the bound is --max-in-flight',
  ),
  excludes(
    'concurrent',
    'stages',
    '--stages send by the clock however many are under way; the bound is --max-in-flight',
  ),
  excludes(
    'warmUpMs',
    'totalRequests',
    '--warm-up is for runs by time; with --total-requests every request counts',
  ),
  ...(['rate', 'stages', 'totalRequests', 'durationMs', 'concurrent', 'warmUpMs'] as const).map(
    (key) => excludes('findKnee', key, '--find-knee chooses the load itself'),
  ),
  excludes('findKnee', 'workers', '--find-knee runs on one thread'),
  excludes('findKnee', 'repeat', '--find-knee is not repeated'),
  excludes('findKnee', 'compare', '--find-knee is not compared'),
  needs('maxConcurrency', ['findKnee'], '--max-concurrency is the bound of --find-knee'),
  needs('objectiveMs', ['findKnee'], '--objective belongs to --find-knee'),
  needs('adminUrl', ['checkMetrics'], '--admin-url is where --check-metrics reads'),
  needs('arrivals', ['rate', 'stages'], '--arrivals needs --rate or --stages'),
  needs('maxInFlight', ['rate', 'stages'], '--max-in-flight needs --rate or --stages'),
];

type Rule = (given: GivenSources) => OptionProblem | null;

function excludes(key: string, other: string, message: string): Rule {
  return (given) => {
    const [source, against] = [given[key], given[other]];
    if (!source || !against) return null;
    const more = `; the other is given by ${describeSource(against)}`;
    return problem('conflict', describeSource(source), message + more);
  };
}

function needs(key: string, others: readonly string[], message: string): Rule {
  return (given) => {
    const source = given[key];
    if (!source || others.some((other) => given[other])) return null;
    return problem('conflict', describeSource(source), message);
  };
}
