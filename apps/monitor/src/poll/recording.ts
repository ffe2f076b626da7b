import { failureCodes } from './failure.ts';
import { snapshotOf } from './read-snapshot.ts';
import type { Reading } from './reading.ts';

/** One poll as a line of JSON: `at` (ISO 8601), `url`, and `snapshot` or `error`. */
export function recordingLine({ at, url, result }: Reading): string {
  const head = { at: new Date(at).toISOString(), url };
  return JSON.stringify(
    result.ok ? { ...head, snapshot: result.snapshot } : { ...head, error: result.failure },
  );
}

/** Null for a line that is none; what --json printed can be read too. */
function parseRecordingLine(line: string): Reading | null {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof json !== 'object' || json === null) return null;
  const { at, url, snapshot, error } = json as Record<string, unknown>;
  const time = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  if (Number.isNaN(time) || typeof url !== 'string') return null;
  const head = { at: time, url, tookMs: null, findings: null };
  if (snapshot !== undefined) return { ...head, result: snapshotOf(snapshot) };
  const { code, detail } = (error ?? {}) as Record<string, unknown>;
  const known = failureCodes.find((candidate) => candidate === code);
  if (!known || typeof detail !== 'string') return null;
  return { ...head, result: { ok: false, failure: { code: known, detail } } };
}

export type ReadRecording =
  | { readonly ok: true; readonly readings: readonly Reading[] }
  | { readonly ok: false; readonly message: string };

/** The last line may be cut: whoever wrote it may have been killed. */
export function readRecording(text: string): ReadRecording {
  const lines = text.split('\n').map((line) => line.trim());
  const last = lines.findLastIndex((line) => line !== '');
  const readings: Reading[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const reading = parseRecordingLine(line);
    if (reading) readings.push(reading);
    else if (index !== last) return { ok: false, message: `line ${index + 1} is no recorded poll` };
  }
  if (readings.length === 0) return { ok: false, message: 'there is no recorded poll in it' };
  return { ok: true, readings: readings.sort((a, b) => a.at - b.at) };
}
