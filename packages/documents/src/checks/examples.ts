import type { CatalogDocument } from '../document.ts';
import { evaluateInput } from '../form/evaluate.ts';
import type { FieldError } from '../form/issue.ts';
import type { Path } from '../pointer.ts';
import { type Report, repeated } from './report.ts';

/** Examples are inputs that the document's own form accepts. */
export const checkExamples = (document: CatalogDocument, report: Report): void => {
  const examples = document.examples ?? [];
  for (const index of repeated(examples.map((example) => example.name))) {
    report(
      'EXAMPLE_NAME_NOT_UNIQUE',
      ['examples', index, 'name'],
      `Another example is called \`${examples[index]?.name}\`.`,
    );
  }
  for (const [index, example] of examples.entries()) {
    const evaluated = evaluateInput(document, example.input);
    if (!evaluated.ok) reportFieldErrors(evaluated.error, ['examples', index, 'input'], report);
  }
};

const reportFieldErrors = (errors: readonly FieldError[], at: Path, report: Report): void => {
  for (const { field, issue } of errors) {
    const path = field === '' ? at : [...at, ...field.split('.')];
    report('EXAMPLE_INVALID', path, `\`${field === '' ? 'input' : field}\` ${issue}.`);
  }
};
