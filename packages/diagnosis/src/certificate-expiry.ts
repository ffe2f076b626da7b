const day = 86_400;
/** Whoever renews by hand needs days; tools that renew short-lived ones do so before a quarter of their life is left. */
const warnSeconds = 14 * day;
const warnShare = 0.25;

/** Whether it is high time to renew a certificate of this life; both in seconds. */
export const expiresSoon = (lifetime: number, expiresIn: number): boolean =>
  expiresIn < Math.min(warnSeconds, lifetime * warnShare);
