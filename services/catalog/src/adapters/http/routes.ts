import { getCatalogForm, getCatalogItem, getCatalogSync, refreshCatalog } from '@pao/contracts';
import { apiError, type Route, route } from '@pao/http';
import type { SyncReport } from '../../core/domain/sync-state.ts';
import type { BrowseCatalog } from '../../core/use-cases/browse-catalog.ts';
import type { DocumentNotOffered, GetDocument } from '../../core/use-cases/get-document.ts';
import type { GetForm } from '../../core/use-cases/get-form.ts';
import { listCatalogRoute } from './list-catalog.ts';
import { formResponse, itemResponse, liveSyncResponse, revalidated, syncResponse } from './responses.ts';

export interface CatalogRoutesOptions {
  readonly browseCatalog: BrowseCatalog;
  readonly getDocument: GetDocument;
  readonly getForm: GetForm;
  readonly report: () => Promise<SyncReport>;
  /** Resolves when a sync that began after the call has ended. */
  readonly refresh: () => Promise<void>;
  /** The name of the catalog source. */
  readonly source: string;
}

const notOffered = ({ id }: DocumentNotOffered) =>
  apiError({ code: 'NOT_FOUND', message: `The catalog offers no ${JSON.stringify(id)}.` });

export const catalogRoutes = (options: CatalogRoutesOptions): readonly Route[] => {
  const { browseCatalog, getDocument, getForm, report, refresh, source } = options;
  return [
    listCatalogRoute(browseCatalog),
    route(getCatalogSync, async () => ({ data: liveSyncResponse(await report(), source) })),
    route(refreshCatalog, async () => {
      await refresh();
      return { data: syncResponse(await report(), source) };
    }),
    route(getCatalogItem, async ({ params }) => {
      const found = await getDocument(params.id);
      if (!found.ok) return notOffered(found.error);
      const { revision, hash } = found.value;
      return { data: itemResponse(found.value), headers: revalidated(params.id, revision, hash) };
    }),
    route(getCatalogForm, async ({ params }) => {
      const found = await getForm(params.id);
      if (!found.ok) return notOffered(found.error);
      return { data: formResponse(found.value), headers: revalidated('form', params.id, found.value.hash) };
    }),
  ];
};
