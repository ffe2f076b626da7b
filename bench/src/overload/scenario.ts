/** Clients of one kind. */
export interface ClientGroup {
  readonly name: string;
  /** Offered load, as a share of the backend's capacity in backend-seconds. */
  readonly load: number;
  /** Query for the backend, such as `latency=10s`; empty: as the backend is told. */
  readonly query: string;
  /** Fields that it sends: class, key. */
  readonly headers: Readonly<Record<string, string>>;
  /** Mean time of one of its calls at a worker, ms: turns load into a rate. */
  readonly serviceMs: number;
  readonly patienceMs: number;
  /** What it sends again at once after a refusal, an error or its patience, at most so often. */
  readonly resends: number;
}

/** From `atSeconds` on: a multiple of every group's load, and what the backend does. */
export interface Phase {
  readonly atSeconds: number;
  readonly load: number;
  /** Fields for /backend-control; they stay until another phase names them. */
  readonly backend?: Readonly<Record<string, unknown>>;
}

export interface Scenario {
  readonly name: string;
  readonly what: string;
  readonly seconds: number;
  /** What came before this is not counted. */
  readonly warmUpSeconds: number;
  readonly groups: readonly ClientGroup[];
  readonly phases: readonly Phase[];
  /** The trouble that it has to recover from; the figures are those of the whole run. */
  readonly trouble?: { readonly from: number; readonly to: number };
  /** Share of the capacity that is left in the trouble; 1 when absent. */
  readonly capacityInTrouble?: number;
  /** Requests a second that the backend of this scenario does; as measured when absent. */
  readonly capacityPerSecond?: number;
  /** HAProxy as tuned by hand for this scenario, where the usual backend's settings are of no use. */
  readonly haproxy?: { readonly maxconn: number; readonly queueTimeout: string };
  /** Flags of Spillway beside the ones that all scenarios have. */
  readonly spillway?: readonly string[];
}

export const workers = 20;
export const serviceMs = 50;

/** Everybody, with the patience and the service time of the usual client. */
export const everybody = (more: Partial<ClientGroup> = {}): ClientGroup => ({
  name: 'all',
  load: 1,
  query: '',
  headers: {},
  serviceMs,
  patienceMs: 1000,
  resends: 0,
  ...more,
});

export const requestsPerSecond = ({ load, serviceMs: each }: ClientGroup): number =>
  (load * workers * 1000) / each;
