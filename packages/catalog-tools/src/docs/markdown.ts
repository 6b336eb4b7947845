import { valueInWords } from '../preview/words.ts';
import type { ComponentDescription, DocumentDescription, FieldDescription } from './describe.ts';
import { block, code, plain, table } from './escape.ts';
import type { ExampleDescription } from './examples.ts';
import type { StepDescription } from './steps.ts';

/** A page about a document. No text of the document becomes markup. */
export const documentMarkdown = (description: DocumentDescription): string => {
  const { name, deprecation, approvals, policy } = description;
  const parts = [
    `# ${plain(name)}`,
    deprecation === undefined ? undefined : `> **${plain(deprecation)}**`,
    plain(description.description),
    factsTable(description),
    section('What is asked', fieldsTable(description.fields)),
    description.kind === 'CatalogItem' ? itemSteps(description) : bundleSteps(description),
    listSection('Approvals', approvals),
    listSection('Rules', policy),
    costSection(description),
    examplesSection(description.examples),
  ];
  return `${parts.filter((part) => part !== undefined).join('\n\n')}\n`;
};

const section = (title: string, content: string): string => `## ${title}\n\n${content}`;

const listSection = (title: string, sentences: readonly string[]): string | undefined =>
  sentences.length === 0 ? undefined : section(title, sentences.map((one) => `- ${plain(one)}`).join('\n'));

const factsTable = (description: DocumentDescription): string => {
  const { id, kind, version, category, owner, codeowners, mode, orchestration, tags } = description;
  const contact = owner?.contact === undefined ? '' : ` (${plain(owner.contact)})`;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Id', code(id)],
    ['Kind', kind === 'CatalogItem' ? 'Item' : 'Bundle'],
    ['Version', code(version)],
    ['Category', category === undefined ? undefined : plain(category)],
    ['Owner', owner === undefined ? undefined : `${plain(owner.team)}${contact}`],
    ['Code owners', codeowners.length === 0 ? undefined : codeowners.map(plain).join(', ')],
    ['Fulfillment', mode ?? orchestration?.mode],
    ['Tags', tags.length === 0 ? undefined : tags.map(plain).join(', ')],
  ];
  return table(
    ['', ''],
    facts.flatMap(([fact, value]) => (value === undefined ? [] : [[`**${fact}**`, value]])),
  );
};

const fieldsTable = (fields: readonly FieldDescription[]): string =>
  table(['Field', 'Type', 'Required', 'Default', 'Allowed', 'Shown when'], fields.map(fieldRow));

const fieldRow = (field: FieldDescription): readonly string[] => [
  `${code(field.path)}<br>${plain(field.name)}${field.description === undefined ? '' : `: ${plain(field.description)}`}`,
  field.secret ? `${field.type}, secret` : field.type,
  field.required ? 'yes' : 'no',
  field.default === undefined ? '' : code(valueInWords(field.default)),
  [...field.options.map(optionText), ...field.limits.map(limitText)].join('<br>'),
  field.shownWhen === undefined ? 'always' : plain(field.shownWhen),
];

const limitText = (limit: string): string =>
  limit.startsWith('matches ') ? `matches ${code(limit.slice('matches '.length))}` : plain(limit);

const optionText = ({ value, label }: FieldDescription['options'][number]): string => {
  const shown = valueInWords(value);
  return shown === label ? code(shown) : `${code(shown)} ${plain(label)}`;
};

const stepsList = (steps: readonly StepDescription[], indent = ''): string =>
  steps.map((step, index) => stepText(step, index + 1, indent)).join('\n');

const stepText = (step: StepDescription, number: number, indent: string): string => {
  const name = step.name === undefined ? '' : `**${plain(step.name)}.** `;
  const details = [
    step.when === undefined ? undefined : `Only when ${code(step.when)}.`,
    step.timeout === undefined ? undefined : `Gives up after ${step.timeout} seconds.`,
    step.outputs.length === 0 ? undefined : `Gives ${step.outputs.map(({ name: output }) => code(output)).join(', ')}.`,
    step.rollback === undefined ? undefined : `Undone by: ${plain(step.rollback)}.`,
  ].filter((detail) => detail !== undefined);
  const head = `${indent}${number}. ${name}${plain(step.does)} (${code(step.type)}).`;
  return [head, ...details.map((detail) => `${indent}   - ${detail}`)].join('\n');
};

const itemSteps = ({ mode, steps, fallback, update, decommission }: DocumentDescription): string => {
  const parts = [
    section(mode === 'manual' ? 'What happens: people do it' : 'What happens', stepsList(steps)),
    fallback.length === 0 ? undefined : section('When automation fails', stepsList(fallback)),
    update.length === 0 ? undefined : section('Changing it later', stepsList(update)),
    decommission.length === 0 ? undefined : section('Giving it back', stepsList(decommission)),
  ];
  return parts.filter((part) => part !== undefined).join('\n\n');
};

const bundleSteps = ({ components, orchestration }: DocumentDescription): string => {
  const pace =
    orchestration?.mode === 'parallel'
      ? 'Components run in this order; those that do not depend on each other run side by side.'
      : 'Components run one after the other, in this order.';
  const link = orchestration?.jiraLinking?.linkType;
  const linking = link === undefined ? '' : ` Jira tickets of dependent components are linked as ${code(link)}.`;
  return section('What happens', [`${pace}${linking}`, ...components.map(componentText)].join('\n\n'));
};

const componentText = (component: ComponentDescription, index: number): string => {
  const { id, catalogItem, name, mode, dependsOn, input, steps } = component;
  const title = `### ${index + 1}. ${plain(id)}: ${plain(name ?? catalogItem)}`;
  const facts = [
    `Item [${plain(catalogItem)}](${encodeURIComponent(catalogItem)}.md)${mode === undefined ? ', which is not known here' : `, ${mode}`}.`,
    dependsOn.length === 0 ? '' : ` After ${dependsOn.map(plain).join(', ')}.`,
    Object.keys(input).length === 0 ? '' : ` Given ${code(JSON.stringify(input))}.`,
  ].join('');
  return [title, facts, ...(steps.length === 0 ? [] : [stepsList(steps)])].join('\n\n');
};

const costSection = ({ cost }: DocumentDescription): string | undefined =>
  cost === undefined ? undefined : section('Cost', `${plain(cost.currency)} a month: ${code(cost.monthly)}`);

const examplesSection = (examples: readonly ExampleDescription[]): string | undefined =>
  examples.length === 0 ? undefined : section('Examples', examples.map(exampleText).join('\n\n'));

const exampleText = ({ name, command, body, monthly }: ExampleDescription): string =>
  [
    `### ${plain(name)}`,
    ...(monthly === undefined ? [] : [`Costs ${monthly} a month.`]),
    block('sh', command),
    'or `POST /api/v1/requests` with',
    block('json', JSON.stringify(body, null, 2)),
  ].join('\n\n');
