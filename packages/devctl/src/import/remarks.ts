/** One construct of a source that the written document does not hold as it was. */
export interface Remark {
  /** `left-out`: it is not in the document. `changed`: it is, under another name or in another form. */
  readonly kind: 'left-out' | 'changed';
  /** Where it stands in the source. */
  readonly path: string;
  readonly what: string;
  readonly why: string;
  readonly todo: string;
}

export interface Remarks {
  readonly list: readonly Remark[];
  leave(path: string, what: string, why: string, todo: string): void;
  change(path: string, what: string, why: string, todo?: string): void;
}

export const createRemarks = (): Remarks => {
  const list: Remark[] = [];
  const seen = new Set<string>();
  const add = (remark: Remark): void => {
    const key = JSON.stringify(remark);
    if (!seen.has(key)) list.push(remark);
    seen.add(key);
  };
  return {
    list,
    leave: (path, what, why, todo) => add({ kind: 'left-out', ...shortened({ path, what, why, todo }) }),
    change: (path, what, why, todo = 'nothing') => add({ kind: 'changed', ...shortened({ path, what, why, todo }) }),
  };
};

const MAX_TEXT = 240;

/** Sources are other people's: their texts are cut, and stay on one line. */
export const excerpt = (text: string, length = MAX_TEXT): string => {
  const line = text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return line.length > length ? `${line.slice(0, length - 1)}…`.toWellFormed() : line;
};

const shortened = <T extends { readonly [key: string]: string }>(texts: T): T =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, excerpt(text)])) as T;

export const formatRemark = ({ path, what, why, todo }: Remark): string => `${path} — ${what} — ${why} — ${todo}`;
