export { type AdmissionFact, admissionFacts, type FactTone } from './admission-facts.ts';
export { settingName } from './change.ts';
export { diagnose } from './diagnose.ts';
export { formatEvidence } from './format-evidence.ts';
export { between, type Interval, restarted } from './interval.ts';
export { type HealthEvidence, judgeHealth, shortageReasons } from './judge-health.ts';
export { type Observation, observe, type UpstreamObservation } from './observation.ts';
export { remembered } from './remembered.ts';
export { type ShortageKind, shortageKindNames, shortageKinds } from './shortage-kinds.ts';
