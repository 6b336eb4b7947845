import type { JsonObject } from '@pao/kernel';
import { ACTION_TYPES } from '../document.ts';
import { findSchemaProblems } from './announced-schema.ts';
import type { Report } from './report.ts';
import type { ActionSite } from './sites.ts';

/** A type of action as an executor of another team announces it. */
export interface ServedActionType {
  readonly type: string;
  /** JSON Schema of `config`. */
  readonly configSchema: JsonObject;
  /** Members of `config` that may hold a secret of the request. */
  readonly secretMembers: readonly string[];
}

/** What the executors of one pool serve. */
export interface ServedPool {
  readonly pool: string;
  readonly actionTypes: readonly ServedActionType[];
}

const BUILT_IN: ReadonlySet<string> = new Set(ACTION_TYPES);

/** Pools that serve a type that is none of ours. */
const poolsServing = (type: string, pools: readonly ServedPool[]): readonly ServedPool[] =>
  BUILT_IN.has(type) ? [] : pools.filter(({ actionTypes }) => actionTypes.some((one) => one.type === type));

export const servedType = (
  { type, executor }: Pick<ActionSite['action'], 'type' | 'executor'>,
  pools: readonly ServedPool[],
): ServedActionType | undefined =>
  poolsServing(type, pools)
    .find(({ pool }) => pool === executor)
    ?.actionTypes.find((one) => one.type === type);

const MAX_PROBLEMS = 10;

/** Whether the pool that an action names serves its type, and its configuration fits what that pool announced. */
export const checkAnnounced = (
  sites: readonly ActionSite[],
  { executors = [], strict = false }: { readonly executors?: readonly ServedPool[]; readonly strict?: boolean },
  report: Report,
): void => {
  for (const { action, config, path } of sites) {
    const serving = poolsServing(action.type, executors);
    if (serving.length === 0) continue;
    const served = servedType(action, serving);
    if (served === undefined) {
      const names = serving.map(({ pool }) => `\`${pool}\``).join(', ');
      const message = `The pool \`${action.executor}\` does not serve the action type \`${action.type}\`; ${names} does.`;
      const hint = `executor: ${serving[0]?.pool}`;
      report('ACTION_TYPE_UNKNOWN', [...path, 'type'], message, { hint, severity: strict ? 'error' : 'warning' });
      continue;
    }
    for (const problem of findSchemaProblems(config, served.configSchema).slice(0, MAX_PROBLEMS)) {
      const place = problem.path.length === 0 ? '`config`' : `\`config.${problem.path.join('.')}\``;
      const message = `${place} ${problem.message}, as the pool \`${action.executor}\` announces \`${action.type}\`.`;
      report('ACTION_CONFIG_INVALID', [...path, 'config', ...problem.path], message);
    }
  }
};
