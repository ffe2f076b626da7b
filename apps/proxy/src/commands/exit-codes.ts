export const exitOk = 0;
/** The command ran and its answer is no: findings, or a listener that could not start. */
export const exitFailed = 1;
/** What was given cannot be used: options, files, arguments. */
export const exitUsage = 2;
/** Nobody of ours answers at the address. */
export const exitUnreachable = 3;
