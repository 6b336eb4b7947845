import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import { checkReferences, checkTarget, parseTemplate, references, renderTemplate, type Target } from '@pao/templates';
import type { Facts } from '../../core/domain/notifications/subscription.ts';
import { titleOf } from '../../core/domain/notifications/text.ts';

/** What a template may read, below `.current`; what an event does not have is empty. */
export const TEMPLATE_PATHS: readonly string[] = [
  'event',
  'title',
  'url',
  'request.id',
  'request.name',
  'catalog.id',
  'requestedBy',
  'occurredAt',
  'failure.code',
  'failure.message',
  'stuck',
  'decidedBy',
  'decision',
  'comment',
  'approval',
  'expiresAt',
];

const declared = new Set(TEMPLATE_PATHS);
const LIMITS = { maxOutput: 30_000, maxTags: 1_000 };

export const targetOf = (kind: 'slack' | 'webhook' | 'email'): Target => (kind === 'webhook' ? 'json' : 'plain');

/** What is wrong with a template before any value is known; undefined: nothing. */
export const templateProblem = (kind: 'slack' | 'webhook' | 'email', text: string): string | undefined => {
  const parsed = parseTemplate(text, LIMITS);
  if (!parsed.ok) return parsed.error.message;
  const fits = checkTarget(parsed.value, targetOf(kind));
  if (!fits.ok) return fits.error.message;
  const known = { current: TEMPLATE_PATHS, output: [], metadata: [], system: [] };
  const [unknown] = checkReferences(references(parsed.value), known);
  if (unknown) return unknown.hint === undefined ? unknown.message : `${unknown.message}; ${unknown.hint}`;
  const tried = renderFacts(kind, text, SAMPLE, 'https://pao.example/requests/1');
  return tried.ok ? undefined : tried.problem;
};

const SAMPLE: Facts = {
  event: 'failed',
  request: { id: '01890a5d-ac96-774b-bcce-b302099a8057', name: 'orders-db' },
  catalog: { id: 'database-postgresql-standard' },
  requestedBy: 'dev@example.test',
  occurredAt: '2026-01-01T00:00:00.000Z',
};

type Rendered = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: string };

/** User input fills places and never changes what stands around them. */
export const renderFacts = (
  kind: 'slack' | 'webhook' | 'email',
  text: string,
  facts: Facts,
  url: string | undefined,
): Rendered => {
  const parsed = parseTemplate(text, LIMITS);
  if (!parsed.ok) return { ok: false, problem: parsed.error.message };
  const values: Json = { ...facts, title: titleOf(facts), ...(url !== undefined && { url }) };
  const current: JsonObject = isJsonObject(values) ? values : {};
  const scope = { current, output: {}, metadata: {}, system: {}, declared };
  const rendered = renderTemplate(parsed.value, targetOf(kind), scope, LIMITS);
  return rendered.ok ? { ok: true, text: rendered.value.text } : { ok: false, problem: rendered.error.message };
};
