import { API_PREFIX, type FoundPage, runbook, runbookPageOf, safeSteps } from '@pao/contracts';
import { type Context, type Middleware, notFound, sendError, stateOf } from '@pao/http';
import { escapeHtml, inlineHtml } from './html.ts';

const ROOT = `${API_PREFIX}/runbook`;

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:45rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
code{font-family:ui-monospace,monospace}th{text-align:left;padding-right:1rem;vertical-align:top}
@media(prefers-color-scheme:dark){body{background:#15181c;color:#e4e7eb}a{color:#8ab4ff}}`;

/** The page has no scripts and loads nothing. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const strong = (text: string): string => inlineHtml(text).replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>');

const list = (entries: readonly string[]): string =>
  `<ul>${entries.map((entry) => `<li>${strong(entry)}</li>`).join('')}</ul>`;

const html = (title: string, content: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>${content}</body></html>`;

const pageHtml = (asked: string, page: FoundPage): string =>
  html(
    `${asked}: ${page.title}`,
    `<h1>${strong(page.title)}</h1><p><code>${escapeHtml(asked)}</code></p><p>${strong(page.meaning)}</p>
<h2>What may have happened</h2><p>${strong(page.mayHaveHappened)}</p>
<h2>What to check</h2>${list(page.check)}
<h2>What is safe</h2>${list(safeSteps(page).map(({ name, when }) => `${name}: ${when}`))}
<p>Who can mend it: ${page.owner}.</p><p><a href="${ROOT}">All codes</a></p>`,
  );

const summaries = Object.entries(runbook).map(([code, { area, title, owner }]) => ({ code, area, title, owner }));

const indexHtml = (): string =>
  html(
    'Error codes',
    `<h1>Error codes</h1><table><tr><th>code</th><th>meaning</th><th>who can mend it</th></tr>${summaries
      .map(
        ({ code, title, owner }) =>
          `<tr><th><a href="${ROOT}/${code}"><code>${code}</code></a></th><td>${strong(title)}</td><td>${owner}</td></tr>`,
      )
      .join('')}</table>`,
  );

const send = (ctx: Context, data: unknown, page: () => string): void => {
  const asHtml = ctx.accepts('json', 'html') === 'html';
  ctx.set({
    'content-type': asHtml ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8',
    'content-security-policy': POLICY,
    'cache-control': 'no-cache',
    vary: 'Accept',
  });
  ctx.body = asHtml ? page() : JSON.stringify({ data });
};

/** What each error code means and what to do: for everybody, without the internet, as a page where a browser asks. */
export const runbookRoutes = (): Middleware => async (ctx, next) => {
  if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return next();
  if (ctx.path !== ROOT && !ctx.path.startsWith(`${ROOT}/`)) return next();
  stateOf(ctx).operation = 'runbook';
  if (ctx.path === ROOT) return send(ctx, summaries, indexHtml);
  const asked = ctx.path.slice(ROOT.length + 1);
  const page = runbookPageOf(asked);
  if (page === undefined) return sendError(ctx, notFound());
  return send(ctx, page, () => pageHtml(asked, page));
};
