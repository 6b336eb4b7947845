/** One small text replaced by another in one file. The text must be there exactly once, so that no mutant rots unnoticed. */
export interface Edit {
  /** From the root of the project. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A bug, planted where it would hurt: the simulation is as good as the bugs it finds. */
export interface Mutant {
  readonly name: string;
  readonly edits: readonly Edit[];
}

/** The source with the edits of this file carried out. */
export const applyEdits = (source: string, edits: readonly Edit[]): string =>
  edits.reduce((text, { file, find, replace }) => {
    const times = text.split(find).length - 1;
    if (times !== 1) throw new Error(`${JSON.stringify(find)} stands ${times} times in ${file}, not once`);
    return text.replace(find, () => replace);
  }, source);
