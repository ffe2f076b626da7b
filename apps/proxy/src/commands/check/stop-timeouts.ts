/** How long something waits between asking the proxy to stop and killing it. */
export interface StopTimeout {
  /** null: it waits for ever. */
  readonly ms: number | null;
  /** What counts towards the same limit but is over before it asks: the limit itself is longer by this. */
  readonly beforeMs?: number;
  /** `file`: a file given or found says so. `default`: nothing is known of this deployment. */
  readonly from: 'file' | 'default';
  readonly where: string;
}

export interface StopTimeouts {
  readonly systemd: StopTimeout;
  readonly docker: StopTimeout;
  readonly kubernetes: StopTimeout;
}

/** What the three do when they are told nothing. */
export const defaultStopTimeouts: StopTimeouts = {
  systemd: { ms: 90_000, from: 'default', where: 'default of systemd' },
  docker: { ms: 10_000, from: 'default', where: 'default of Docker' },
  kubernetes: { ms: 30_000, from: 'default', where: 'default of Kubernetes' },
};
