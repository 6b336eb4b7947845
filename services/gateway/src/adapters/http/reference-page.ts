import { errorCodes } from '@pao/contracts';
import { escapeHtml, inlineHtml } from './html.ts';
import { namedSchemas, outline, outlineEntry, type Schema, type Schemas } from './schema-outline.ts';

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface OperationObject {
  readonly operationId: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content & { readonly description: string }>>;
}

/** What the page reads of an OpenAPI document. */
export interface OpenApi {
  readonly info: { readonly title: string; readonly description?: string };
  readonly servers?: readonly { readonly url: string }[];
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components?: { readonly schemas?: Schemas };
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
code,h3{font-family:ui-monospace,monospace}h3{font-size:1rem;border-top:1px solid #ccd;padding-top:1rem}ul{margin:.2rem 0;padding-left:1.4rem}
i{color:#5a3e85;font-style:normal}th{text-align:left;padding-right:1rem;vertical-align:top}section:target{background:#fff8d6}
@media(prefers-color-scheme:dark){body{background:#15181c;color:#e4e7eb}a{color:#8ab4ff}i{color:#c7a8ff}section:target{background:#3a3414}}`;

const schemaOf = (part: Content | undefined): Schema | undefined => Object.values(part?.content ?? {})[0]?.schema;

const shape = (title: string, part: Content | undefined): string => {
  const schema = schemaOf(part);
  return schema ? `<h4>${title}</h4>${outline(schema) || `<ul>${outlineEntry('each', schema, true)}</ul>`}` : '';
};

const errorLinks = (description: string): string =>
  inlineHtml(description).replace(/<code>([A-Z_]+)<\/code>:[^\n]*/g, '<a href="#error-$1">$1</a>');

const operationSection = (method: string, path: string, operation: OperationObject): string => {
  const parameters = operation.parameters ?? [];
  const answers = Object.entries(operation.responses);
  const [status = '', success] = answers.find(([code]) => code.startsWith('2')) ?? [];
  const errors = answers.filter(([code]) => !code.startsWith('2')).map(([, answer]) => errorLinks(answer.description));
  return `<section id="${escapeHtml(operation.operationId)}"><h3>${method.toUpperCase()} ${escapeHtml(path)}</h3>
<p>${inlineHtml(operation.summary ?? '')}</p>
${parameters.length > 0 ? `<h4>Parameters</h4><ul>${parameters.map((one) => outlineEntry(one.name, one.schema, one.required ?? false)).join('')}</ul>` : ''}
${shape('Body', operation.requestBody)}
${shape(`Answer ${status}`, success)}
<p>Errors: ${errors.join(' ')}</p></section>`;
};

const errorTable = (): string =>
  Object.entries(errorCodes)
    .map(
      ([code, { status, retryable, meaning }]) =>
        `<tr id="error-${code}"><th>${code}</th><td>${status}</td><td>${retryable ? 'yes' : 'no'}</td><td>${inlineHtml(meaning)}</td></tr>`,
    )
    .join('');

/** The API's description as one HTML page, without scripts and without anything from elsewhere. */
export const renderReference = (document: OpenApi): string => {
  const base = document.servers?.[0]?.url ?? '';
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path: base + path, operation })),
  );
  const tags = (document.tags ?? []).map(({ name, description = '' }) => {
    const own = operations.filter(({ operation }) => operation.tags?.includes(name));
    if (own.length === 0) return '';
    const sections = own.map(({ method, path, operation }) => operationSection(method, path, operation));
    return `<h2>${escapeHtml(name)}</h2><p>${inlineHtml(description)}</p>${sections.join('')}`;
  });
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(document.info.title)}: API</title><style>${STYLE}</style></head><body>
<h1>${escapeHtml(document.info.title)}</h1><p>${inlineHtml(document.info.description ?? '')} <a href="openapi.json">OpenAPI document</a></p>
${tags.join('')}
<h2>Shapes</h2>${namedSchemas(document.components?.schemas ?? {})}
<h2>Errors</h2><p>Clients decide on <code>code</code>; <code>message</code> is for people.</p>
<table><tr><th>code</th><th>status</th><th>again?</th><th>meaning</th></tr>${errorTable()}</table></body></html>`;
};
