// A hint is worth a moment's work, however many names there are to compare with.
const MAX_CELLS = 200_000;

/** The candidate that was most likely meant; undefined when none is close. */
export const nearest = (name: string, candidates: Iterable<string>): string | undefined => {
  const wanted = fold(name);
  let limit = Math.max(1, Math.floor(wanted.length / 3));
  let cells = 0;
  let best: string | undefined;
  for (const candidate of candidates) {
    const folded = fold(candidate);
    if (Math.abs(folded.length - wanted.length) > limit) continue;
    cells += folded.length * wanted.length;
    if (cells > MAX_CELLS) break;
    const distance = editDistance(wanted, folded);
    if (distance > limit || (best !== undefined && distance === limit)) continue;
    [best, limit] = [candidate, distance];
  }
  return best;
};

export const didYouMean = (name: string, candidates: Iterable<string>): string | undefined => {
  const near = nearest(name, candidates);
  return near === undefined ? undefined : `did you mean \`${near}\`?`;
};

// Case and word separators are what people get wrong most, so they cost nothing. Bounded: names come from documents.
const fold = (name: string): string => name.slice(0, 100).toLowerCase().replaceAll(/[-_ ]/g, '');

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours. */
const editDistance = (a: string, b: string): number => {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((row[j - 1] ?? 0) + 1, (previous[j] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row.push(best);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
};
