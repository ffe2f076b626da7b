import { distance } from 'fastest-levenshtein';

/** The valid name that was probably meant; null when nothing is near enough to be worth saying. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const typed = name.toLowerCase();
  const ranked = known
    .map((candidate) => ({ candidate, slips: countSlips(typed, candidate.toLowerCase()) }))
    .sort((a, b) => a.slips - b.slips);
  const [best] = ranked;
  if (best === undefined) return null;
  const allowedSlips = Math.max(2, Math.floor(typed.length / 3));
  return best.slips <= allowedSlips ? best.candidate : null;
}

/** Swapped letters are two edits but one slip: `--prot` means `--port`, not `--print`. */
function countSlips(typed: string, candidate: string): number {
  const edits = distance(typed, candidate);
  return edits > 0 && sortLetters(typed) === sortLetters(candidate) ? edits - 1 : edits;
}

function sortLetters(word: string): string {
  return [...word].sort().join('');
}
