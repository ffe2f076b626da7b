import {
  type AdmissionSnapshot,
  admissionSchema,
  outcomeNames,
  refusalReasonSchema,
} from '@spillway/contracts';

/**
 * A snapshot as a proxy of this version would have sent it, as far as that is known. A proxy or a recording of
 * another one may know fewer or more ways in which a request ends, and tell less, or otherwise, of admission:
 * what it does not know did not happen, and what we do not know has no name here.
 */
export function ofOurVersion(json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json;
  const whole = ofOurs(json as Snapshot);
  const { services } = whole;
  if (typeof services !== 'object' || services === null) return whole;
  const each = Object.entries(services).map(([name, one]) => [name, ofOurVersion(one)]);
  return { ...whole, services: Object.fromEntries(each) };
}

const ofOurs = (snapshot: Snapshot): Snapshot => withOurAdmission(withOurOutcomes(snapshot));

interface Snapshot {
  readonly limits?: { readonly concurrent_requests?: unknown };
  readonly metrics?: { readonly outcomes?: unknown };
  readonly admission?: unknown;
  readonly services?: unknown;
}

function withOurOutcomes(snapshot: Snapshot): Snapshot {
  const counts = snapshot.metrics?.outcomes;
  if (typeof counts !== 'object' || counts === null) return snapshot;
  const known = new Map(Object.entries(counts));
  const outcomes = Object.fromEntries(outcomeNames.map((name) => [name, known.get(name) ?? 0]));
  return { ...snapshot, metrics: { held_permits: 0, ...snapshot.metrics, outcomes } as object };
}

function withOurAdmission(snapshot: Snapshot): Snapshot {
  const limit = snapshot.limits?.concurrent_requests;
  if (typeof limit !== 'number' || admissionSchema.safeParse(snapshot.admission).success) {
    return snapshot;
  }
  return { ...snapshot, admission: nothingToldOf(limit) };
}

const nothingToldOf = (now: number): AdmissionSnapshot => ({
  limit: {
    ...{ now, configured: now, algorithm: 'fixed' },
    ...{ last_change: null, stated_capacity: null },
  },
  order: { configured: 'fifo', in_force: 'fifo' },
  estimated_wait: 0,
  abandoned: 0,
  refusals: Object.fromEntries(
    refusalReasonSchema.options.map((name) => [name, 0]),
  ) as AdmissionSnapshot['refusals'],
  classes: [{ name: 'default', reserved: 0, in_flight: 0, queued: 0 }],
  keys: 0,
  shedding: null,
  ramp: 1,
  retry_budget: { tokens: null, retrying: 0, refused: 0 },
});
