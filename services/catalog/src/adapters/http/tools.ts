import type { Rehearsal } from '@pao/catalog-tools';
import { type BodyOf, type DataOf, previewForm, testVariables, validateDocuments } from '@pao/contracts';
import { type Finding, formatFinding, type PlanError } from '@pao/documents';
import { type ApiError, apiError, type Route, route } from '@pao/http';
import type { FormBuilder } from '../../core/ports/form-builder.ts';
import type { ReadAs } from '../../core/use-cases/catalog-reader.ts';
import type { DocumentChoice, NotOpened } from '../../core/use-cases/open-document.ts';

export interface ToolRoutesOptions {
  readonly readAs: ReadAs;
  readonly buildForm: FormBuilder;
}

/** Details of an error answer; whoever wants all of them asks `validateDocuments`. */
const MAX_DETAILS = 100;

type Chosen = Pick<BodyOf<typeof previewForm>, 'text' | 'path' | 'id'>;

const choiceOf = ({ text, path = 'document.yaml', id = '' }: Chosen): DocumentChoice =>
  text === undefined ? { kind: 'offered', id } : { kind: 'text', text, path };

const findingResponse = ({ path, line, column, severity, code, message, ...rest }: Finding) => {
  const { hint, endLine, endColumn, pointer } = rest;
  return {
    ...{ path, line, column, severity, code, message },
    ...(hint !== undefined && { hint }),
    ...(endLine !== undefined && { endLine }),
    ...(endColumn !== undefined && { endColumn }),
    ...(pointer !== undefined && { pointer }),
  };
};

const errorOf = (error: NotOpened | PlanError): ApiError => {
  switch (error.kind) {
    case 'not-offered':
      return apiError({ code: 'NOT_FOUND', message: `The catalog offers no ${JSON.stringify(error.id)}.` });
    case 'not-valid':
      return apiError({
        code: 'VALIDATION_FAILED',
        message: 'The document has errors.',
        details: error.findings
          .slice(0, MAX_DETAILS)
          .map((finding) => ({ field: 'text', issue: formatFinding(finding) })),
      });
    case 'input':
      return apiError({
        code: 'VALIDATION_FAILED',
        message: 'The input breaks the rules of the form.',
        details: error.fields
          .slice(0, MAX_DETAILS)
          .map(({ field, issue }) => ({ field: field === '' ? 'input' : `input.${field}`, issue })),
      });
    case 'document':
      return apiError({
        code: 'CATALOG_ITEM_INVALID',
        message: `The document can't be carried out: ${error.message}.`,
      });
    default:
      return error satisfies never;
  }
};

type VariablesResponse = DataOf<typeof testVariables>;

const rehearsalResponse = ({ name, input, steps }: Rehearsal): VariablesResponse =>
  // The contract's JSON type is a mutable one; nothing alters a rehearsal.
  ({
    name,
    input,
    steps: steps.map(({ faults, ...step }) => ({
      ...step,
      faults: faults.map(({ code, message, pointer, offset }) => ({ code, message, pointer, offset })),
    })),
  }) as unknown as VariablesResponse;

/** What authors of documents try out before a pull request. */
export const toolRoutes = ({ readAs, buildForm }: ToolRoutesOptions): readonly Route[] => [
  route(validateDocuments, async ({ body, identity }) => {
    const { valid, documents, findings } = await readAs(identity).validateFiles(body);
    return { data: { valid, documents, findings: findings.map(findingResponse) } };
  }),
  route(previewForm, async ({ body, identity }) => {
    const opened = await readAs(identity).openDocument(choiceOf(body));
    if (!opened.ok) return errorOf(opened.error);
    const { document, findings } = opened.value;
    const { id, name, version } = document.metadata;
    const form = buildForm(JSON.parse(JSON.stringify(document)));
    const data = { id, kind: document.kind, name, version, ...form, findings: findings.map(findingResponse) };
    return { data: data as unknown as DataOf<typeof previewForm> };
  }),
  route(testVariables, async ({ body, identity }) => {
    const { input, mode, system, results } = body;
    const rehearsed = await readAs(identity).testVariables({
      choice: choiceOf(body),
      input,
      ...(mode !== undefined && { mode }),
      ...(system !== undefined && { system }),
      ...(results !== undefined && { results }),
    });
    return rehearsed.ok ? { data: rehearsalResponse(rehearsed.value) } : errorOf(rehearsed.error);
  }),
];
