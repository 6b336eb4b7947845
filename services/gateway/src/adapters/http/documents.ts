import { readFile } from 'node:fs/promises';
import { API_PREFIX } from '@pao/contracts';
import { type Middleware, stateOf } from '@pao/http';
import { renderReference } from './reference-page.ts';

interface Document {
  readonly type: string;
  readonly text: () => Promise<string>;
}

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

const openApiText = once(() =>
  readFile(new URL('../generated/openapi.json', import.meta.resolve('@pao/contracts')), 'utf8'),
);

/** The page has no scripts and loads nothing. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What the gateway tells everybody: its version, the API's description, and that description as a page. */
export const documentRoutes = (version: string): Middleware => {
  const documents: Readonly<Record<string, Document>> = {
    [`${API_PREFIX}/version`]: {
      type: 'application/json; charset=utf-8',
      text: async () => JSON.stringify({ data: { version } }),
    },
    [`${API_PREFIX}/openapi.json`]: { type: 'application/json; charset=utf-8', text: openApiText },
    [`${API_PREFIX}/docs`]: {
      type: 'text/html; charset=utf-8',
      text: once(async () => renderReference(JSON.parse(await openApiText()))),
    },
  };
  return async (ctx, next) => {
    const document = documents[ctx.path];
    if (!document || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return next();
    stateOf(ctx).operation = 'documents';
    ctx.set({ 'content-type': document.type, 'cache-control': 'no-cache', 'content-security-policy': PAGE_POLICY });
    ctx.body = await document.text();
  };
};
