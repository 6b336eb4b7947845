import { actionTypeSchema } from '@pao/contracts';
import { z } from 'zod';
import type { ActionDefinition } from './definition.ts';

/** What is wrong with a definition is said at once, with all of it. */
export const checkDefinition = <S extends z.ZodType>(definition: ActionDefinition<S>): void => {
  const { type, idempotency, probe, steps = {}, secretMembers = [], outputs = [] } = definition;
  const wrong = [
    ...problemsOf({ ...definition, outputs, secretMembers }),
    ...(idempotency === 'probe' && probe === undefined ? ["idempotency: 'probe' needs a probe"] : []),
    ...Object.entries(steps)
      .filter(([, step]) => (step.idempotency ?? idempotency) === 'probe' && step.probe === undefined)
      .map(([step]) => `steps.${step}: idempotency 'probe' needs a probe`),
    ...Object.keys(steps)
      .filter((step) => !/^[a-z][a-z0-9-]{0,39}$/.test(step) || ['run', 'refused'].includes(step))
      .map((step) => `steps: ${JSON.stringify(step)} is no name for a step`),
  ];
  if (wrong.length > 0)
    throw new TypeError(`The action type ${JSON.stringify(type)} is not well defined: ${wrong.join('; ')}.`);
};

const told = actionTypeSchema.omit({ configSchema: true, canRollBack: true });

const problemsOf = (definition: object): readonly string[] => {
  const parsed = told.safeParse(definition);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return [...problems, ...schemaProblems(definition as { readonly config: z.ZodType })];
};

const schemaProblems = ({ config }: { readonly config: z.ZodType }): readonly string[] => {
  try {
    const schema = z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' });
    return schema.type === 'object' ? [] : ['config: is not the schema of an object'];
  } catch (thrown) {
    return [`config: has no JSON Schema: ${thrown instanceof Error ? thrown.message : String(thrown)}`];
  }
};
