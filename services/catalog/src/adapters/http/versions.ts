import {
  type CatalogVersion,
  type DataOf,
  diffCatalogVersions,
  getCatalogVersion,
  listCatalogVersions,
} from '@pao/contracts';
import { apiError, type Route, route } from '@pao/http';
import type { DocumentVersion } from '../../core/ports/version-store.ts';
import type { DiffVersions, NotCompared } from '../../core/use-cases/diff-versions.ts';
import type { GetVersion, GetVersions, VersionNotKept } from '../../core/use-cases/get-versions.ts';
import { revalidated } from './responses.ts';

export interface VersionRoutesOptions {
  readonly getVersions: GetVersions;
  readonly getVersion: GetVersion;
  readonly diffVersions: DiffVersions;
}

const notKept = ({ id, revision }: VersionNotKept) =>
  apiError({
    code: 'NOT_FOUND',
    message:
      revision === undefined
        ? `The catalog never offered ${JSON.stringify(id)}.`
        : `No revision ${revision} of ${JSON.stringify(id)} is kept; the last ten are.`,
  });

const notCompared = (error: NotCompared) =>
  error.kind === 'not-kept'
    ? notKept(error)
    : apiError({
        code: 'NOT_FOUND',
        message: `${JSON.stringify(error.id)} has no older version to compare with.`,
      });

const versionResponse = ({ revision, version, hash, commit, publishedAt, state }: DocumentVersion): CatalogVersion => ({
  revision,
  version,
  hash,
  commit,
  publishedAt: publishedAt.toISOString(),
  state,
});

export const versionRoutes = ({ getVersions, getVersion, diffVersions }: VersionRoutesOptions): readonly Route[] => [
  route(listCatalogVersions, async ({ params, identity }) => {
    const found = await getVersions(params.id, identity);
    if (!found.ok) return notKept(found.error);
    const parts = found.value.flatMap(({ revision, state }) => [revision, state]);
    return { data: found.value.map(versionResponse), headers: revalidated('versions', params.id, ...parts) };
  }),
  route(getCatalogVersion, async ({ params, identity }) => {
    const found = await getVersion(params.id, params.revision, identity);
    if (!found.ok) return notKept(found.error);
    const { revision, state } = found.value;
    // The contract's JSON type is a mutable one; nothing alters a document.
    const document = found.value.document as DataOf<typeof getCatalogVersion>['document'];
    const data = { ...versionResponse(found.value), id: params.id, document };
    return { data, headers: revalidated('version', params.id, revision, state) };
  }),
  route(diffCatalogVersions, async ({ params: { id }, query: { from, to }, identity: viewer }) => {
    const found = await diffVersions({
      id,
      viewer,
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    });
    if (!found.ok) return notCompared(found.error);
    const { from: older, to: newer, ...diff } = found.value;
    const data = { ...diff, from: versionResponse(older), to: versionResponse(newer) };
    const headers = revalidated('diff', id, older.revision, newer.revision, newer.state);
    // The contract's JSON type is a mutable one; nothing alters a diff.
    return { data: data as unknown as DataOf<typeof diffCatalogVersions>, headers };
  }),
];
