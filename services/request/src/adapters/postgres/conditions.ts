/** The conditions of a statement that depends on what is asked for, and their values. */
export interface Conditions {
  /** Stands for a value in a condition. */
  given(value: unknown): string;
  add(...conditions: readonly string[]): void;
  where(): string;
  readonly values: unknown[];
}

export const createConditions = (): Conditions => {
  const values: unknown[] = [];
  const all: string[] = [];
  return {
    given: (value) => `$${values.push(value)}`,
    add: (...conditions) => void all.push(...conditions),
    where: () => `WHERE ${all.join(' AND ')}`,
    values,
  };
};
