import {
  type DataOf,
  getCatalogDocs,
  getCatalogForm,
  getCatalogItem,
  getCatalogSync,
  listCatalogCategories,
  refreshCatalog,
} from '@pao/contracts';
import { apiError, type Route, route } from '@pao/http';
import type { SyncReport } from '../../core/domain/sync-state.ts';
import type { Delivery } from '../../core/ports/delivery-log.ts';
import type { BrowseCatalog } from '../../core/use-cases/browse-catalog.ts';
import type { ReadAs } from '../../core/use-cases/catalog-reader.ts';
import type { DocumentNotOffered } from '../../core/use-cases/get-document.ts';
import type { ListCategories } from '../../core/use-cases/list-categories.ts';
import { type GithubWebhookOptions, githubWebhookRoute } from './github-webhook.ts';
import { listCatalogRoute } from './list-catalog.ts';
import {
  formResponse,
  itemResponse,
  liveSyncResponse,
  revalidated,
  type SyncFacts,
  syncResponse,
} from './responses.ts';
import { type ToolRoutesOptions, toolRoutes } from './tools.ts';
import { type VersionRoutesOptions, versionRoutes } from './versions.ts';

export interface CatalogRoutesOptions extends GithubWebhookOptions, ToolRoutesOptions, VersionRoutesOptions {
  readonly browseCatalog: BrowseCatalog;
  readonly listCategories: ListCategories;
  readonly readAs: ReadAs;
  readonly report: () => Promise<SyncReport>;
  /** The latest webhook deliveries, newest first. */
  readonly deliveries: (limit: number) => Promise<readonly Delivery[]>;
  /** Resolves when a sync that began after the call has ended. */
  readonly refresh: () => Promise<void>;
  /** The name of the catalog source. */
  readonly source: string;
}

const notOffered = ({ id }: DocumentNotOffered) =>
  apiError({ code: 'NOT_FOUND', message: `The catalog offers no ${JSON.stringify(id)}.` });

const LISTED_DELIVERIES = 10;

export const catalogRoutes = (options: CatalogRoutesOptions): readonly Route[] => {
  const { browseCatalog, listCategories, readAs, report, deliveries, refresh, source } = options;
  const facts = async (): Promise<SyncFacts> => {
    const [current, latest] = await Promise.all([report(), deliveries(LISTED_DELIVERIES)]);
    return { report: current, source, deliveries: latest };
  };
  return [
    listCatalogRoute(browseCatalog),
    route(getCatalogSync, async () => ({ data: liveSyncResponse(await facts()) })),
    route(refreshCatalog, async () => {
      await refresh();
      return { data: syncResponse(await facts()) };
    }),
    route(listCatalogCategories, async ({ identity }) => {
      const categories = await listCategories(identity);
      const data = categories.map((category) => ({ ...category, owners: [...category.owners] }));
      return { data, headers: revalidated(JSON.stringify(data)) };
    }),
    route(getCatalogItem, async ({ params, identity }) => {
      const found = await readAs(identity).getDocument(params.id);
      if (!found.ok) return notOffered(found.error);
      const { revision, hash } = found.value;
      return { data: itemResponse(found.value), headers: revalidated(params.id, revision, hash) };
    }),
    route(getCatalogForm, async ({ params, identity }) => {
      const found = await readAs(identity).getForm(params.id);
      if (!found.ok) return notOffered(found.error);
      return { data: formResponse(found.value), headers: revalidated('form', params.id, found.value.hash) };
    }),
    route(getCatalogDocs, async ({ params, identity }) => {
      const found = await readAs(identity).describeOffered(params.id);
      if (!found.ok) return notOffered(found.error);
      // The contract's JSON type is a mutable one; nothing alters a description.
      const data = found.value as unknown as DataOf<typeof getCatalogDocs>;
      return { data, headers: revalidated('docs', data.markdown) };
    }),
    ...versionRoutes(options),
    ...toolRoutes(options),
    githubWebhookRoute(options),
  ];
};
