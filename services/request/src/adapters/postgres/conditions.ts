/** The conditions of a statement that depends on what is asked for, and their values. */
export interface Conditions {
  /** Stands for a value in a condition. */
  given(value: unknown): string;
  add(...conditions: readonly string[]): void;
  /** All of them, joined. */
  all(): string;
  where(): string;
  readonly values: unknown[];
}

/** @param values those of the statement so far, when its conditions stand at more than one place. */
export const createConditions = (values: unknown[] = []): Conditions => {
  const conditions: string[] = [];
  const all = (): string => conditions.join(' AND ');
  return {
    given: (value) => `$${values.push(value)}`,
    add: (...more) => void conditions.push(...more),
    all,
    where: () => `WHERE ${all()}`,
    values,
  };
};
