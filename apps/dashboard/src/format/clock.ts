const withSeconds = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const withoutSeconds = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });

/** Time of day where the browser is, from seconds since 1970: 14:03:07. */
export const formatClock = (at: number): string => withSeconds.format(at * 1000);

/** 14:03 */
export const formatMinute = (at: number): string => withoutSeconds.format(at * 1000);
