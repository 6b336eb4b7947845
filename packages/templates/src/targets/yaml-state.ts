import type { Laid } from '../layout.ts';
import { Refusal } from '../refusal.ts';
import type { Place } from '../syntax.ts';

/** What the text is in the middle of. `start`: a node may begin. `gap`: one just ended. `property`: an anchor, alias or tag. */
export type Mode =
  | 'start'
  | 'plain'
  | 'double'
  | 'escape'
  | 'single'
  | 'block'
  | 'comment'
  | 'directive'
  | 'property'
  | 'gap';

export interface Block {
  /** Column of the key or dash it belongs to; `undefined` when that is on another line. */
  readonly parent: number | undefined;
  readonly header: Laid & { kind: 'text' } & { text: string };
  /** Column of its content, known from the first line on. */
  indent: number | undefined;
  /** Whether the header says how deep the content is indented. */
  explicit: boolean;
}

/** A plain scalar that ended with its line: deeper lines would continue it. */
export interface Continuable {
  readonly above: number;
  readonly hasValue: boolean;
}

/** Changed in place while text is read; copied where a section begins. */
export interface YamlState {
  mode: Mode;
  /** How many flow collections are open. */
  flow: number;
  /** True while only spaces were read on this line. */
  lineStart: boolean;
  column: number;
  /** Column of the innermost key or dash; `onLine` when it is on this line. */
  parent: number;
  onLine: boolean;
  /** Where the scalar began that is read now. */
  scalarColumn: number;
  /** Where the anchor or tag before the next node began, on this line. */
  property: number | undefined;
  /** True while a plain scalar that began on an earlier line is read. */
  continued: boolean;
  continuable: Continuable | undefined;
  block: Block | undefined;
  /** After lines that may be left out: lines as deep as this could be part of a block scalar, or not. */
  maybeBlock: number | undefined;
}

export const startState = (): YamlState => ({
  mode: 'start',
  flow: 0,
  lineStart: true,
  column: 0,
  parent: -1,
  onLine: false,
  scalarColumn: 0,
  property: undefined,
  continued: false,
  continuable: undefined,
  block: undefined,
  maybeBlock: undefined,
});

export const misplaced = (place: Place, hint: string): Refusal =>
  new Refusal(
    'misplaced-value',
    'a value of a YAML text stands in a scalar of one line, in quotes or in a block scalar',
    {
      ...place,
      hint,
    },
  );

export const unbalanced = (place: Place): Refusal =>
  new Refusal('unbalanced-section', 'a section of a YAML text takes in whole lines, or a part of one scalar', {
    ...place,
    hint: 'put its tags on lines of their own',
  });

/** Takes note that a node begins here, or began with its anchor or tag. */
export const beginNode = (state: YamlState): void => {
  state.scalarColumn = state.property ?? state.column;
  state.property = undefined;
};

/** Takes note of the first character of a line that is not a space; `character` is empty where a tag stands. */
export const beginLine = (state: YamlState, character: string, place: Place): void => {
  const indent = state.column;
  const { maybeBlock, block, continuable } = state;
  if (maybeBlock !== undefined && indent >= maybeBlock) throw unbalanced(place);
  Object.assign(state, {
    lineStart: false,
    onLine: false,
    property: undefined,
    maybeBlock: undefined,
    continuable: undefined,
  });
  if (block !== undefined) {
    if (block.indent === undefined && indent > (block.parent ?? -1)) block.indent = indent;
    if (block.indent !== undefined && indent >= block.indent) return;
  }
  Object.assign(state, { mode: 'start', block: undefined, continued: false });
  if (state.flow === 0 && state.parent >= indent) state.parent = indent - 1;
  if (continuable === undefined || !continues(state, continuable, character)) return;
  if (continuable.hasValue) throw misplaced(place, 'end the scalar on the line of the value, or quote all of it');
  Object.assign(state, { mode: 'plain', continued: true });
};

const continues = ({ flow, column }: YamlState, { above }: Continuable, character: string): boolean => {
  if (character === '#') return false;
  return flow > 0 ? character === '' || !',]}:'.includes(character) : column > above;
};

/** The state after a section, which may have run or not; `undefined` when that makes a difference. */
export const reconcile = (before: YamlState, after: YamlState): YamlState | undefined => {
  if (before.flow !== after.flow || before.lineStart !== after.lineStart) return undefined;
  if (!before.lineStart) return before.mode === after.mode && before.block === after.block ? after : undefined;
  const modes = [before.mode, after.mode];
  if (modes.some((mode) => mode !== 'start' && mode !== 'block')) return undefined;
  const continuable = mergeContinuable(before.continuable, after.continuable);
  const merged = { ...after, continuable, parent: Math.min(before.parent, after.parent) };
  const depths = [before.maybeBlock, after.maybeBlock].filter((depth) => depth !== undefined);
  if (before.block === after.block)
    return { ...merged, maybeBlock: depths.length > 0 ? Math.min(...depths) : undefined };
  for (const block of [before.block, after.block])
    if (block !== undefined) depths.push(block.indent ?? (block.parent ?? -1) + 1);
  return { ...merged, mode: 'start', block: undefined, maybeBlock: Math.min(...depths) };
};

const mergeContinuable = (a: Continuable | undefined, b: Continuable | undefined): Continuable | undefined => {
  if (a === undefined || b === undefined) return a ?? b;
  return { above: Math.min(a.above, b.above), hasValue: a.hasValue || b.hasValue };
};

/** True when lines read from either state are read alike. */
export const sameState = (a: YamlState, b: YamlState): boolean =>
  (Object.keys(a) as (keyof YamlState)[]).every((key) =>
    key === 'continuable'
      ? a.continuable?.above === b.continuable?.above && a.continuable?.hasValue === b.continuable?.hasValue
      : key === 'scalarColumn' || key === 'property' || key === 'onLine' || key === 'continued' || a[key] === b[key],
  );
