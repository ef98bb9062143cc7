/** The name that somebody meant. */

/**
 * The name nearest to one that is unknown: the same but for case and underscores, or else with a
 * letter or two different, left out or too many. None if all are further away.
 *
 *     nearestName("arg_max", ["argMin", "argMax"])   →   "argMax"
 */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  const wanted = plain(name);
  let most = wanted.length < 4 ? 0 : wanted.length < 6 ? 1 : 2;
  let nearest: string | undefined;
  for (const other of names) {
    const distance = editDistance(wanted, plain(other));
    if (distance > most) continue;
    nearest = other;
    most = distance - 1;
  }
  return nearest;
}

const plain = (name: string): string => name.toLowerCase().replaceAll("_", "");

/** Levenshtein's, a row of the table after the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
