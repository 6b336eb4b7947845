/** What one template may cost. Counted per call, so that no document and no value can hold a worker. */
export interface Limits {
  /** Characters (UTF-16 code units) of a template and of what it renders to. */
  readonly maxOutput: number;
  /** Tags written in a template, and tags run while rendering it. */
  readonly maxTags: number;
  /** Sections, calls and brackets inside one another. */
  readonly maxDepth: number;
  /** Milliseconds one rendering may take. */
  readonly maxMillis: number;
  /** A clock that never steps back, in milliseconds; `performance.now` unless given. */
  readonly elapsed: () => number;
}

export const DEFAULT_LIMITS: Limits = {
  maxOutput: 256 * 1024,
  maxTags: 10_000,
  maxDepth: 16,
  maxMillis: 50,
  elapsed: () => performance.now(),
};

export const withDefaults = (limits: Partial<Limits> = {}): Limits => ({ ...DEFAULT_LIMITS, ...limits });
