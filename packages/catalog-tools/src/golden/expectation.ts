import type { PlanError } from '@pao/documents';
import type { JsonObject, Result } from '@pao/kernel';
import type { Rehearsal, RehearsedStep } from '../rehearse/rehearse.ts';

/** What a test records of a rehearsal: everything that leaves the system, and nothing that an author did not write. */
export const expectationOf = (rehearsed: Result<Rehearsal, PlanError>): JsonObject => {
  if (rehearsed.ok) return { actions: rehearsed.value.steps.map(actionOf) };
  const { error } = rehearsed;
  if (error.kind === 'document') return { errors: [{ message: error.message }] };
  return { errors: error.fields.map(({ field, code }) => ({ field, code })) };
};

const actionOf = (step: RehearsedStep): JsonObject => {
  const { id, type, runs, payload, faults, outputs } = step;
  if (!runs) return { action: id, type, runs };
  if (payload === null) {
    return { action: id, type, faults: faults.map(({ pointer, code }) => ({ place: pointer, code })) };
  }
  return { action: id, type, payload, ...(outputs.from === 'result' && { outputs: outputs.values }) };
};
