/** Edits that turn one word into the other: insert, delete, replace, exchange two neighbours. */
const distance = (a: string, b: string): number => {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const isExchange = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const exchanged = isExchange ? at(beforeLast, column - 2) + 1 : replaced;
      current.push(Math.min(replaced, exchanged, at(last, column) + 1, at(current, column - 1) + 1));
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
};

const at = (row: readonly number[], column: number): number => row[column] ?? 0;

/** The candidate a writer most likely meant by `word`, if one is near enough: a third of the letters may differ. */
export const nearest = (word: string, candidates: Iterable<string>): string | undefined => {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const edits = distance(word.toLowerCase(), candidate.toLowerCase());
    if (edits >= bestDistance) continue;
    best = candidate;
    bestDistance = edits;
  }
  return best;
};

/** A hint that names the near candidate, if there is one; `prefix` is what stands before each of them. */
export const didYouMean = (word: string, candidates: Iterable<string>, prefix = ''): { hint?: string } => {
  const near = nearest(word, candidates);
  return near === undefined ? {} : { hint: `did you mean ${prefix}${near}?` };
};
