import type { Route } from '@pao/http';
import type { Database } from '@pao/postgres';
import { quotaRoutes } from '../adapters/http/quotas.ts';
import { createPostgresCostTotals } from '../adapters/postgres/cost-totals.ts';
import { createPostgresQuotas } from '../adapters/postgres/quotas.ts';
import type { CostTotals } from '../core/ports/cost-totals.ts';
import type { Quotas } from '../core/ports/quotas.ts';
import type { Dependencies } from '../core/use-cases/dependencies.ts';
import { releaseQuota } from '../core/use-cases/release-quota.ts';

export interface QuotaParts {
  readonly quotas: Quotas;
  readonly costs: CostTotals;
  readonly routes: readonly Route[];
}

/** What is used of quotas, and the routes that show it and give it back. */
export const wireQuotas = (database: Database, dependencies: Dependencies): QuotaParts => {
  const quotas = createPostgresQuotas(database);
  const costs = createPostgresCostTotals(database);
  const release = releaseQuota({ ...dependencies, quotas });
  return { quotas, costs, routes: quotaRoutes({ quotas, costs, release }) };
};
