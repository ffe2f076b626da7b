import { distance } from 'fastest-levenshtein';

/** The valid name that was probably meant; null when nothing is near enough to be worth saying. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const typed = name.toLowerCase();
  const ranked = known
    .map((candidate) => ({ candidate, edits: distance(typed, candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  if (best === undefined) return null;
  const allowedEdits = Math.max(2, Math.floor(typed.length / 3));
  return best.edits <= allowedEdits ? best.candidate : null;
}
