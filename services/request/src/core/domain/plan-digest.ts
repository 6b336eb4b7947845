import { canonicalJson, type JsonObject } from '@pao/kernel';
import type { Estimate } from './estimate.ts';
import type { Runs, TaskView, ViewOptions } from './plan-view.ts';
import type { CatalogReference } from './request.ts';

export interface DigestParts {
  readonly documents: readonly CatalogReference[];
  /** Secrets covered: a digest that people see must not let anybody try out which one it was. */
  readonly input: JsonObject;
  readonly tasks: readonly TaskView[];
  readonly estimate: Estimate;
}

/**
 * What a plan comes down to, SHA-256 in hexadecimal: documents, input, tasks with what they would send, cost. Whatever would change
 * what happens changes it; what changes by itself (the time, ids) has no part in it.
 */
export const planDigest = ({ documents, input, tasks, estimate }: DigestParts, options: ViewOptions): string =>
  options.digest(
    canonicalJson({
      form: 'plan-1',
      documents: documents.map(({ id, hash }) => [id, hash]).toSorted(byId),
      input,
      tasks: tasks.map(({ position, planned, runs, payload }) => ({
        position,
        component: planned.component,
        item: planned.catalog.id,
        action: planned.action,
        dependsOn: planned.dependsOn,
        runs,
        payload: payload ?? unseen(runs, options),
      })),
      cost: estimate.cost,
    }),
  );

/** A payload that can't be told yet may read anything of who asks and where. */
const unseen = (runs: Runs, { requester, platform }: ViewOptions): JsonObject | null =>
  runs === 'yes' || runs === 'later' ? { requester: { ...requester }, platform: { ...platform } } : null;

const byId = ([a = '']: readonly string[], [b = '']: readonly string[]): number => (a < b ? -1 : a > b ? 1 : 0);
