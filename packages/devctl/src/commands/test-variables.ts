import { type Rehearsal, type RehearsedStep, rehearse, type TracedVariable } from '@pao/catalog-tools';
import type { CatalogDocument, Mode, PlanError } from '@pao/documents';
import { isJsonObject, type JsonObject, type Result } from '@pao/kernel';
import { type Command, Option } from 'commander';
import { loadDocuments } from '../catalog-files/load-documents.ts';
import { type CommandContext, printJson } from '../context.ts';
import { DocumentsRefused, UsageError } from '../failures.ts';
import { applySetting, readInput } from '../input.ts';
import { printable, renderTable } from '../output.ts';

interface VariablesOptions {
  readonly input?: string;
  readonly set: readonly string[];
  readonly example?: string;
  readonly mode?: Mode;
  readonly results?: string;
  readonly system?: string;
}

const objectFrom = async (context: CommandContext, path: string | undefined, what: string): Promise<JsonObject> => {
  if (path === undefined) return {};
  const value = await readInput(context.terminal, path);
  if (!isJsonObject(value)) throw new UsageError(`${what} must be an object`);
  return value;
};

const exampleInput = (document: CatalogDocument, name: string): JsonObject => {
  const example = document.examples?.find((one) => one.name === name);
  if (example !== undefined) return example.input;
  const names = (document.examples ?? []).map((one) => JSON.stringify(one.name)).join(', ') || 'none';
  throw new UsageError(`${document.metadata.id} has no example ${JSON.stringify(name)}; it has ${names}`);
};

const rehearseDocument = async (
  context: CommandContext,
  given: string,
  options: VariablesOptions,
): Promise<Result<Rehearsal, PlanError>> => {
  const { documents, items } = await loadDocuments(context, given);
  const [first, second] = documents;
  if (first === undefined || second !== undefined) throw new UsageError(`${given} holds several documents; name one`);
  const { document } = first;
  const input =
    options.example === undefined
      ? await objectFrom(context, options.input, 'the input')
      : exampleInput(document, options.example);
  return rehearse(document, {
    items,
    input: options.set.reduce(applySetting, input),
    system: await objectFrom(context, options.system, 'the system values'),
    results: await objectFrom(context, options.results, 'the results'),
    ...(options.mode !== undefined && { mode: options.mode }),
  });
};

const rowOf = ({ place, path, namespace, value, error }: TracedVariable): string[] => [
  place,
  path,
  namespace,
  error === undefined ? JSON.stringify(value) : `(${error})`,
];

const printStep = ({ terminal }: CommandContext, step: RehearsedStep, position: number): void => {
  terminal.out(`\n${position}. ${printable(step.name)} (${step.id}, ${step.type})`);
  if (!step.runs) return terminal.out('   does not run: its condition does not hold');
  if (step.does !== null) terminal.out(`   ${printable(step.does)}`);
  for (const { pointer, message } of step.faults) terminal.out(`   error at ${pointer}: ${printable(message)}`);
  if (step.payload !== null) terminal.out(indent(JSON.stringify(step.payload, null, 2)));
  if (step.variables.length > 0) {
    terminal.out(indent(renderTable(['PLACE', 'VARIABLE', 'FROM', 'VALUE'], step.variables.map(rowOf))));
  }
  const outputs = Object.entries(step.outputs.values);
  if (outputs.length === 0) return undefined;
  const from = step.outputs.from === 'result' ? '' : ' (no result given, so these are placeholders)';
  return terminal.out(
    `   outputs${from}: ${outputs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}`,
  );
};

const indent = (text: string): string => text.replaceAll(/^/gm, '   ');

const print = (context: CommandContext, rehearsal: Rehearsal): void => {
  if (context.format === 'json') return printJson(context, rehearsal);
  context.terminal.out(`input: ${printable(JSON.stringify(rehearsal.input))}`);
  return rehearsal.steps.forEach((step, index) => printStep(context, step, index + 1));
};

const refuse = ({ terminal }: CommandContext, error: PlanError): never => {
  if (error.kind === 'document') terminal.error(`devctl: ${error.message}`);
  else for (const { field, issue } of error.fields) terminal.error(`${field === '' ? 'the input' : field} ${issue}`);
  throw new DocumentsRefused('the input is refused');
};

const testVariables = async (context: CommandContext, path: string, options: VariablesOptions): Promise<void> => {
  const rehearsed = await rehearseDocument(context, path, options);
  if (!rehearsed.ok) return refuse(context, rehearsed.error);
  print(context, rehearsed.value);
  if (rehearsed.value.steps.some(({ faults }) => faults.length > 0))
    throw new DocumentsRefused('not all can be rendered');
  return undefined;
};

const HELP = `
Outputs of earlier actions are placeholders unless --results gives the answers by action id
(\`<component>.<action id>\` in a bundle). Nothing is sent anywhere.

Exit codes: 0 all rendered, 1 the document, the input or a template is refused, 2 could not run.

Examples:
  devctl test variables catalog/databases/postgresql-standard.yaml --set name=orders-db
  devctl test variables bundles/webapp-standard.yaml --example "A small application" --mode manual
  devctl test variables item.yaml --input input.yaml --results answers.yaml -o json`;

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

export const addTestVariablesCommand = (program: Command, context: () => CommandContext): void => {
  program
    .command('test')
    .description('try out catalog documents')
    .command('variables')
    .description('render every action of an item or bundle, and show where each value came from')
    .argument('<file|id>', 'a catalog document, or the id of one that PAO offers')
    .option('--input <file>', 'JSON or YAML with the form’s values; - for standard input')
    .option('--set <field=value>', 'a value of the form; may be repeated', collect, [])
    .option('--example <name>', 'take the input of this example of the document')
    .addOption(
      new Option('--mode <mode>', 'which fulfillment; the document’s own by default').choices(['manual', 'automatic']),
    )
    .option('--results <file>', 'JSON or YAML with the answers of actions')
    .option('--system <file>', 'JSON or YAML that replaces members of .system')
    .addHelpText('after', HELP)
    .action((path: string, options: VariablesOptions) => testVariables(context(), path, options));
};
