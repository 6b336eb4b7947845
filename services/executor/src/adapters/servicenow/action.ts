import { type Action, type ActionRunner, type Failure, parseConfig } from '@pao/executor-sdk';
import { type Clock, err, ok, type Result } from '@pao/kernel';
import { createServiceNowSite, type SendHttp, type ServiceNowInstance } from '@pao/outgoing';
import { aboutServiceNow } from './about.ts';
import { lookAtClosure, type Waiting, withClosure } from './closure.ts';
import { serviceNowConfig } from './config.ts';
import { createServiceNowEffect, instanceUnknown } from './effect.ts';
import { variablesOf } from './variables.ts';

export interface ServiceNowDependencies {
  /** By the name documents call them. */
  readonly instances: ReadonlyMap<string, ServiceNowInstance>;
  readonly send: SendHttp;
  readonly now: Clock;
}

/**
 * `servicenow-request`: one record of a table, or one order of a catalog item. ServiceNow has no idempotency key, so after an unknown
 * outcome the attempt's name is looked for, in `correlation_id` or in the variable that the document names: one hit is the record, none
 * proves nothing.
 */
export const createServiceNowAction = ({ instances, send, now }: ServiceNowDependencies): ActionRunner => {
  const sites = new Map([...instances].map(([name, instance]) => [name, createServiceNowSite(instance, send, now)]));

  const parse = ({ config: given }: Action): Result<Waiting, Failure> => {
    const config = parseConfig(serviceNowConfig, given);
    if (!config.ok) return config;
    const site = sites.get(config.value.instance);
    return site ? ok({ site, config: config.value }) : err(instanceUnknown(config.value.instance, [...sites.keys()]));
  };

  return {
    type: 'servicenow-request',
    about: aboutServiceNow,
    step: 'create',
    takesSecretIn: () => false,
    prepare: async (action) => {
      const parsed = parse(action);
      if (!parsed.ok) return parsed;
      const variables = variablesOf(parsed.value.config);
      if (!variables.ok) return variables;
      const onSuccess: Parameters<typeof createServiceNowEffect>[0]['onSuccess'] = (success, record) =>
        withClosure(success, record, parsed.value, now().getTime());
      return ok(createServiceNowEffect({ ...parsed.value, variables: variables.value, onSuccess }));
    },
    look: async (action, _secrets, { state }, context) => {
      const parsed = parse(action);
      // The instance was known when the record was made, and may be again.
      if (!parsed.ok) throw new Error(parsed.error.message);
      return lookAtClosure(parsed.value, { state, context }, now().getTime());
    },
  };
};
