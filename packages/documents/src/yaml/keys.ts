/** Keys that programs trip over. */
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Of YAML 1.1. */
export const MERGE_KEY = '<<';
