import { err, ok, type Result } from '@pao/kernel';
import { z } from 'zod';
import { parseConfig } from '../adapters/parse-config.ts';
import { brokenType } from '../core/domain/steps.ts';
import type { Action } from '../core/domain/task-command.ts';
import { type ActionState, DEFAULT_RESEND, type Failure } from '../core/domain/verdict.ts';
import type { ActionAbout, ActionRunner, Effect } from '../core/ports/action-runner.ts';
import type { SecretStore } from '../core/ports/secret-store.ts';
import { checkDefinition } from './check-definition.ts';
import type { ActionDefinition, ActionStep } from './definition.ts';
import { createSecretReader } from './secret-reader.ts';
import { lookAtAction, probeAction, tryAction } from './try-action.ts';

/** The step of `run`. */
const FIRST = 'run';

/** A type of action that an executor serves. */
export interface DefinedAction extends ActionRunner {
  readonly about: ActionAbout;
  /** The same, with its secrets from there. */
  reading(secrets: SecretStore): DefinedAction;
}

const NO_SECRETS: SecretStore = {
  resolve: async (reference) =>
    err({ code: 'SECRET_NOT_FOUND', message: `${JSON.stringify(reference)} is in no store that this executor reads.` }),
};

const aboutOf = <S extends z.ZodType>(definition: ActionDefinition<S>): ActionAbout => {
  const { version, summary, idempotency, outputs = [], plan, documentation } = definition;
  const configSchema = z.toJSONSchema(definition.config, { io: 'input', unrepresentable: 'any' });
  return {
    ...{ version, summary, idempotency, outputs: [...outputs] },
    configSchema: configSchema as ActionAbout['configSchema'],
    ...(plan !== undefined && { plan }),
    ...(documentation !== undefined && { documentation }),
  };
};

/** Whether the effect may be sent again when nobody knows how a try ended. */
const isRepeatable = (idempotency: ActionAbout['idempotency']): boolean =>
  idempotency === 'key' || idempotency === 'natural';

/** A part of a definition, with the configuration of one task. */
interface Part<C> {
  readonly effect: ActionStep<C>;
  readonly action: Action;
  readonly known: readonly string[];
  readonly state: ActionState;
}

/** The effects of a definition, prepared. */
const createPrepare = <S extends z.ZodType>(definition: ActionDefinition<S>, store: SecretStore) => {
  type Config = z.output<S>;
  const { type, idempotency } = definition;

  const missingSecret = async (config: Config): Promise<Failure | undefined> => {
    for (const reference of definition.secrets?.(config) ?? []) {
      const found = await store.resolve(reference);
      if (!found.ok) return found.error;
    }
    return undefined;
  };

  return async ({ effect, action, known, state }: Part<Config>): Promise<Result<Effect, Failure>> => {
    const parsed = parseConfig(definition.config, action.config);
    if (!parsed.ok) return parsed;
    const config = parsed.value;
    const missing = await missingSecret(config);
    if (missing !== undefined) return err(missing);
    const secrets = createSecretReader(store, known);
    const surroundings = { type, state, secrets };
    const { probe } = effect;
    return ok({
      target: secrets.scrub(definition.target(config)).slice(0, 500),
      resend: definition.resend ?? DEFAULT_RESEND,
      repeatable: isRepeatable(effect.idempotency ?? idempotency),
      run: (context) => tryAction(surroundings, context, (tools) => effect.run(config, tools)),
      probe: async (context) =>
        probe ? probeAction(surroundings, context, (tools) => probe(config, tools)) : { kind: 'impossible' },
    });
  };
};

/** Whatever is wrong with a definition that could only be seen when a task runs is a failure of that task: nothing has happened. */
const prepared = async (
  type: string,
  prepare: () => Promise<Result<Effect, Failure>>,
): Promise<Result<Effect, Failure>> => {
  try {
    return await prepare();
  } catch (thrown) {
    return err(brokenType(type, `it can't be prepared: ${thrown instanceof Error ? thrown.message : String(thrown)}`));
  }
};

const runnerOf = <S extends z.ZodType>(definition: ActionDefinition<S>, store: SecretStore): DefinedAction => {
  const { type, look, rollback, secretMembers = [] } = definition;
  const prepare = createPrepare(definition, store);

  return {
    type,
    about: aboutOf(definition),
    step: FIRST,
    ...(definition.continues !== undefined && { continues: definition.continues }),
    takesSecretIn: (member) => secretMembers.includes(member),
    prepare: (action, known) => prepared(type, () => prepare({ effect: definition, action, known, state: {} })),
    ...(rollback && {
      undo: (action, known, undoes) => {
        const effect: ActionStep<z.output<S>> = {
          run: (config, context) => rollback(config, { ...context, undoes }),
        };
        return prepared(type, () => prepare({ effect, action, known, state: {} }));
      },
    }),
    proceed: async (action, known, { step, state }) => {
      const effect = step === FIRST ? definition : definition.steps?.[step];
      if (effect === undefined) return err(brokenType(type, `it has no step ${JSON.stringify(step)}`));
      return prepared(type, () => prepare({ effect, action, known, state }));
    },
    ...(look && {
      look: async (action, known, { step, state }, context) => {
        const parsed = parseConfig(definition.config, action.config);
        if (!parsed.ok) return { kind: 'unknown', failure: parsed.error };
        const secrets = createSecretReader(store, known);
        return lookAtAction({ type, state, secrets, step }, context, (tools) => look(parsed.value, tools));
      },
    }),
    reading: (secrets) => runnerOf(definition, secrets),
  };
};

/**
 * A type of action from what a team says of it. Throws for what is wrong with the definition itself, so that an executor that starts
 * serves all of it.
 */
export const defineAction = <S extends z.ZodType>(definition: ActionDefinition<S>): DefinedAction => {
  checkDefinition(definition);
  return runnerOf(definition, NO_SECRETS);
};
