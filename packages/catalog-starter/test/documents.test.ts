import { rehearse } from '@pao/catalog-tools';
import {
  ACTION_TYPES,
  actionsOf,
  type CatalogItem,
  evaluateInput,
  expandBundle,
  FIELD_TYPES,
  formatFinding,
  modeOf,
  parseCodeowners,
  parseCost,
  teamOf,
} from '@pao/documents';
import { isJsonObject, type Json } from '@pao/kernel';
import test from 'ava';
import { readDocuments, readFiles, readStarter } from './repository.ts';

/** What the executor carries out today. */
const EXECUTED = new Set(['rest-api', 'jira-ticket', 'git-commit', 'github-workflow']);

const fieldsOf = (item: CatalogItem) => (item.input.form.groups ?? []).flatMap(({ fields }) => fields);

const everyAction = (item: CatalogItem) => (['automatic', 'manual'] as const).flatMap((mode) => actionsOf(item, mode));

test('every document passes strict validation without a finding', async (t) => {
  const { findings, documents } = await readStarter();
  t.deepEqual(findings.map(formatFinding), []);
  t.is(documents.length, (await readDocuments()).length);
});

test('the catalog shows what the format can do', async (t) => {
  const { items, bundles } = await readStarter();
  t.true(items.length >= 12);
  t.true(bundles.length >= 3);
  t.deepEqual([...new Set(items.map(({ metadata }) => metadata.category))].toSorted(), [
    'compute',
    'databases',
    'messaging',
    'monitoring',
    'networking',
    'security',
    'storage',
  ]);
  const fieldTypes = new Set(items.flatMap(fieldsOf).map(({ type }) => type));
  t.deepEqual(
    FIELD_TYPES.filter((type) => !fieldTypes.has(type)),
    ['password'],
  );
  const actionTypes = new Set(items.flatMap(everyAction).map(({ type }) => type));
  t.deepEqual(
    ACTION_TYPES.filter((type) => !actionTypes.has(type)),
    [],
  );
  t.is(items.filter((item) => modeOf(item) === 'automatic').length, items.length / 2 + 2);
  t.is(items.filter(({ policy }) => policy?.visibility).length, 1);
  t.is(items.filter(({ deprecation }) => deprecation).length, 1);
});

test('what is requested can be carried out', async (t) => {
  const { items, bundles } = await readStarter();
  for (const item of items) {
    const { id } = item.metadata;
    for (const action of actionsOf(item)) {
      t.true(EXECUTED.has(action.type), `${id} ${action.id}`);
      t.is(action.when, undefined, `${id} ${action.id}`);
      // What is tried out ends by itself: nobody is there to resolve its tickets.
      t.is(action.config['waitForResolution'], undefined, `${id} ${action.id}`);
    }
    t.false(
      fieldsOf(item).some(({ type }) => type === 'password'),
      id,
    );
  }
  for (const { metadata, policy, fulfillment } of [...items, ...bundles]) {
    // Who approves in a demonstration is a member of this team.
    for (const { approvers } of fulfillment.approvals ?? []) t.deepEqual(approvers, { teams: ['finops'] }, metadata.id);
    t.is(policy?.environments, undefined, metadata.id);
  }
});

test('every document has two examples or more, which its form takes and its cost can be worked out for', async (t) => {
  const { items, bundles } = await readStarter();
  for (const document of [...items, ...bundles]) {
    const { id } = document.metadata;
    t.true((document.examples ?? []).length >= 2, id);
    for (const { name, input } of document.examples ?? []) {
      const evaluated = evaluateInput(document, input);
      if (!evaluated.ok) return t.fail(`${id}, ${name}: ${JSON.stringify(evaluated.error)}`);
      if (document.kind === 'CatalogBundle' || document.cost === undefined) continue;
      const cost = parseCost(document.cost.monthly);
      const monthly = cost.ok ? cost.value.evaluate({ current: evaluated.value.values }) : cost;
      t.true(monthly.ok && monthly.value > 0, `${id}, ${name}`);
    }
  }
  return t.pass();
});

/** The JSON body of a call that was rendered. */
const bodyOf = (payload: Json): unknown => {
  const body = isJsonObject(payload) ? payload['body'] : undefined;
  const text = isJsonObject(body) ? body['contentTemplate'] : undefined;
  return typeof text === 'string' ? JSON.parse(text) : undefined;
};

test('every example renders, by hand and automatically, and its bodies are JSON', async (t) => {
  const { items, bundles, itemsById } = await readStarter();
  for (const document of [...items, ...bundles]) {
    const { id } = document.metadata;
    const automated = document.kind === 'CatalogItem' && document.fulfillment.automatic !== undefined;
    for (const { name, input } of document.examples ?? []) {
      for (const mode of [undefined, 'manual', ...(automated ? (['automatic'] as const) : [])] as const) {
        const rehearsed = rehearse(document, { items: itemsById, input, ...(mode === undefined ? {} : { mode }) });
        if (!rehearsed.ok) return t.fail(`${id}, ${name}: ${JSON.stringify(rehearsed.error)}`);
        for (const { id: step, payload, faults } of rehearsed.value.steps) {
          t.deepEqual(faults, [], `${id}, ${name}: ${step}`);
          t.notThrows(() => bodyOf(payload), `${id}, ${name}: ${step}`);
        }
      }
    }
  }
  return t.pass();
});

test('every bundle expands, in an order in which each component comes after what it depends on', async (t) => {
  const { bundles, itemsById } = await readStarter();
  for (const bundle of bundles) {
    const expanded = expandBundle(bundle, itemsById);
    if (!expanded.ok) return t.fail(`${bundle.metadata.id}: ${JSON.stringify(expanded.error)}`);
    const before = new Set<string>();
    for (const { id, declaredDependsOn } of expanded.value) {
      for (const other of declaredDependsOn) t.true(before.has(other), `${bundle.metadata.id}: ${id} after ${other}`);
      before.add(id);
    }
    t.is(before.size, bundle.components.length);
  }
  return t.pass();
});

test('a document is reviewed by the team that owns it', async (t) => {
  const [file] = await readFiles(/^\.github\/CODEOWNERS$/);
  const codeowners = parseCodeowners(file?.text ?? '');
  t.deepEqual(codeowners.problems, []);
  const { documents } = await readStarter();
  for (const { path, document } of documents) {
    t.deepEqual(codeowners.ownersOf(path).map(teamOf), [document.metadata.owner?.team ?? ''], path);
  }
});
