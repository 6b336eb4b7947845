import type { CreateField, IssueType, JiraAnswer, JiraFailure, JiraSite } from '@pao/jira';
import { ok, type Result } from '@pao/kernel';

/** What a site asks of a new issue of one type in one project. */
export type CreateMeta =
  | { readonly kind: 'fields'; readonly fields: readonly CreateField[] }
  | { readonly kind: 'no-such-type'; readonly types: readonly string[] };

export type ReadCreateMeta = (project: string, issueType: string) => Promise<Result<CreateMeta, JiraFailure>>;

export interface CreateMetaOptions {
  readonly site: Pick<JiraSite, 'readIssueTypes' | 'readCreateFields'>;
  readonly elapsed: () => number;
}

const KEPT_MS = 5 * 60_000;
const MOST_KEPT = 500;
const TIMEOUT_MS = 5_000;

const named = (types: readonly IssueType[], name: string): IssueType | undefined =>
  types.find((type) => type.name === name) ?? types.find((type) => type.name.toLowerCase() === name.toLowerCase());

/** Kept for five minutes, what failed for none; whoever asks while somebody else does shares the answer. */
export const createReadCreateMeta = ({ site, elapsed }: CreateMetaOptions): ReadCreateMeta => {
  const kept = new Map<string, { readonly until: number; readonly meta: ReturnType<ReadCreateMeta> }>();

  const ask = async (project: string, issueType: string): JiraAnswer<CreateMeta> => {
    const types = await site.readIssueTypes(project, TIMEOUT_MS);
    if (!types.ok) return types;
    const type = named(types.value, issueType);
    if (type === undefined) return ok({ kind: 'no-such-type', types: types.value.map(({ name }) => name) });
    const fields = await site.readCreateFields(project, type.id, TIMEOUT_MS);
    return fields.ok ? ok({ kind: 'fields', fields: fields.value }) : fields;
  };

  return (project, issueType) => {
    const name = `${project} ${issueType}`;
    const known = kept.get(name);
    if (known && known.until > elapsed()) return known.meta;
    const entry = { until: elapsed() + KEPT_MS, meta: ask(project, issueType) };
    kept.delete(name);
    kept.set(name, entry);
    for (const oldest of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(oldest);
    const forget = (): void => {
      if (kept.get(name) === entry) kept.delete(name);
    };
    entry.meta.then((meta) => (meta.ok && meta.value.kind === 'fields') || forget(), forget);
    return entry.meta;
  };
};
