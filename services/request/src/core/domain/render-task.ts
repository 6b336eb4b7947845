import { type RenderFault, renderAction } from '@pao/documents';
import { err, type JsonObject, ok, type Result } from '@pao/kernel';
import type { Failure } from './request.ts';
import { type ScopeParts, scopeOf } from './scope.ts';
import { type SecretUse, secretUseOf } from './secret-use.ts';

export interface TaskConfig {
  /** With every value in its place, secrets too: never stored, shown or logged. */
  readonly config: JsonObject;
  /** Undefined when it holds none. */
  readonly secrets: SecretUse | undefined;
}

/**
 * The configuration of a task as the executor gets it. The failure is certain and names the place of each fault; it never
 * quotes a value.
 */
export const renderTask = (parts: ScopeParts): Result<TaskConfig, Failure> => {
  const rendered = renderAction(parts.planned.action, scopeOf(parts));
  if (!rendered.ok) return err(failureOf(rendered.error));
  const { config, masked, secret } = rendered.value;
  return ok({ config, secrets: secret ? secretUseOf(parts.planned, config, masked) : undefined });
};

const MAX_FAULTS = 20;

const failureOf = (faults: readonly RenderFault[]): Failure => ({
  code: 'TEMPLATE_ERROR',
  message: `The task's configuration could not be filled in, so nothing was sent. ${sentence(faults[0])}`,
  evidence: { errors: faults.slice(0, MAX_FAULTS).map(evidenceOf) },
});

const evidenceOf = ({ code, message, pointer, offset, ...fault }: RenderFault): JsonObject => {
  const evidence = { place: pointer, offset, code, message };
  return 'hint' in fault && fault.hint !== undefined ? { ...evidence, hint: fault.hint } : evidence;
};

const sentence = (fault: RenderFault | undefined): string => (fault ? `At ${fault.pointer}: ${fault.message}.` : '');
