import { writeFile } from 'node:fs/promises';
import { formPage, formPreview, formText } from '@pao/catalog-tools';
import type { Command } from 'commander';
import { loadDocuments } from '../catalog-files/load-documents.ts';
import { type CommandContext, printJson } from '../context.ts';
import { UsageError } from '../failures.ts';

interface FormOptions {
  readonly html?: string;
}

const previewForm = async (context: CommandContext, given: string, { html }: FormOptions): Promise<void> => {
  const [first, second] = (await loadDocuments(context, given)).documents;
  if (first === undefined || second !== undefined) throw new UsageError(`${given} holds several documents; name one`);
  const { document } = first;
  const preview = formPreview(document);
  if (html === undefined) {
    return context.format === 'json' ? printJson(context, preview.form) : context.terminal.out(formText(preview));
  }
  await writeFile(html, formPage(document)).catch((cause: unknown) => {
    throw new UsageError(`cannot write ${html}`, { cause });
  });
  return context.terminal.out(`Written to ${html}; open it in a browser.`);
};

const HELP = `
Examples:
  devctl preview form catalog/databases/postgresql-standard.yaml
  devctl preview form catalog/databases/postgresql-standard.yaml --html form.html
  devctl preview form database-postgresql-standard       as PAO offers it; only this asks a running PAO
  devctl --output json preview form bundles/web.yaml     JSON Schema, UI schema and field list`;

export const addPreviewCommands = (program: Command, context: () => CommandContext): void => {
  program
    .command('preview')
    .description('what users will see of a document')
    .command('form')
    .description('the form of an item or bundle')
    .argument('<file|id>', 'a document, or the id of something PAO offers')
    .option('--html <file>', 'write a page on which the form can be tried out')
    .addHelpText('after', HELP)
    .action((given: string, options: FormOptions) => previewForm(context(), given, options));
};
