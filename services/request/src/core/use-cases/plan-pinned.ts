import { ok, type Result } from '@pao/kernel';
import { type Plan, planRequest } from '../domain/plan.ts';
import type { Failure, Request } from '../domain/request.ts';
import { withUndos } from '../domain/undo-action.ts';
import type { Dependencies } from './dependencies.ts';
import { openInput } from './sealed-secrets.ts';
import { selectPinned } from './select-documents.ts';

/**
 * The plan of a stored request, made of the documents it is pinned to and of its input with the secrets opened. Fails when they can't be
 * opened, which an operator can mend.
 */
export const planPinned = async (
  request: Request,
  { catalog, sealer }: Pick<Dependencies, 'catalog' | 'sealer'>,
): Promise<Result<Plan, Failure>> => {
  const input = openInput(request, sealer);
  if (!input.ok) return input;
  const plan = planRequest(await selectPinned(catalog, request), input.value);
  // What was accepted once is accepted again. The error names fields and no values.
  if (!plan.ok) throw new Error(`request ${request.id} has no plan any more: ${JSON.stringify(plan.error)}`);
  return ok(withUndos(plan.value, request));
};
