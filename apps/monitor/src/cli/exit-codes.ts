/** The only table of exit codes; docs/monitor.md says the same. */
export const exitCodes = {
  fine: 0,
  /** A finding, or a status, as grave as --fail-on says. */
  alert: 1,
  /** What was given cannot be used: options, files, arguments; also a recording that can no longer be written. */
  usage: 2,
  /** A proxy gave no metrics when last asked. */
  unreachable: 3,
  /** A mistake of ours; apart from 1, so that no one takes it for an alert. */
  crash: 70,
  hangup: 129,
  interrupted: 130,
  terminated: 143,
} as const;
