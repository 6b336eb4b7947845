import { type Action, actionRuns, conditionOf } from '@pao/documents';
import { err, type Result } from '@pao/kernel';
import type { Scope } from '@pao/templates';
import type { Failure } from './request.ts';

/**
 * Whether an action runs: it has no condition, or its condition gives something. False, null and what is empty say no. The failure
 * is certain; it quotes the condition as the document has it and never a value.
 */
export const runs = (action: Action, scope: Scope): Result<boolean, Failure> => {
  const verdict = actionRuns(action, scope);
  // What the evaluation says of its failure is left out: it may tell of a secret.
  return verdict.ok ? verdict : err(failureOf(action));
};

const MAX_QUOTED = 500;

/** A condition as people are shown it. */
export const quoteCondition = ({ when = '' }: Action): string =>
  when.length > MAX_QUOTED ? `${when.slice(0, MAX_QUOTED)}…` : when;

const failureOf = (action: Action): Failure => ({
  code: 'CONDITION_ERROR',
  message: `Whether the task runs could not be worked out, so nothing was sent: its condition works with a value it can't take.`,
  evidence: { action: action.id, condition: quoteCondition(action) },
});

/** What of `.system` a plan can only give samples of. */
const PER_REQUEST = new Set(['requestId', 'correlationId', 'timestamp', 'date', 'time', 'uuid', 'shortId', 'task']);

/** `@`, `$` and a `*` without something before it: they read the root, and so whatever there is. */
const READS_ROOT = /[@$]|(?:^|[(,|&!<>={:])\s*\*/;

const QUOTED = /'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*"/g;

/** Whether a condition may read what earlier tasks give. */
export const readsOutputs = (action: Action): boolean => {
  const condition = conditionOf(action);
  if (!condition?.ok) return false;
  return condition.value.paths.some(([namespace]) => namespace === 'output') || readsRoot(action);
};

const readsRoot = ({ when = '' }: Action): boolean => READS_ROOT.test(when.replaceAll(QUOTED, ''));

/**
 * When it is known whether an action runs. `later`: its condition reads outputs, or values that only a request has.
 * @param awaitsOutputs whether a task before it may give some.
 */
export const whenDecided = (action: Action, awaitsOutputs: boolean): 'now' | 'later' => {
  const condition = conditionOf(action);
  if (!condition?.ok) return 'now';
  const reads = (test: (namespace: string, member: string | undefined) => boolean): boolean =>
    condition.value.paths.some(([namespace = '', member]) => test(namespace, member));
  if (awaitsOutputs && reads((namespace) => namespace === 'output')) return 'later';
  if (readsRoot(action)) return 'later';
  const isSample = (member: string | undefined): boolean => member === undefined || PER_REQUEST.has(member);
  return reads((namespace, member) => namespace === 'system' && isSample(member)) ? 'later' : 'now';
};
