import { visible } from '../report/visible.ts';
import type { FormPreview, PreviewField, PreviewGroup } from './preview.ts';
import { valueInWords } from './words.ts';

/** A form for a terminal. */
export const formText = (preview: FormPreview): string => {
  const { name, id, version, description } = preview;
  const head = `${visible(name)} (${visible(id)} ${visible(version)})\n${visible(description.trim())}`;
  return [head, ...preview.groups.map(groupText)].join('\n\n');
};

const groupText = ({ name, description, fields }: PreviewGroup): string => {
  const head = name === undefined ? [] : [visible(name)];
  if (description !== undefined) head.push(visible(description.trim()));
  const indent = name === undefined ? '' : '  ';
  return [...head, ...fields.map((field) => fieldText(field, indent))].join('\n');
};

const fieldText = (field: PreviewField, indent: string): string => {
  const { name, path, type, required, secret, description, placeholder, limits, shownWhen } = field;
  const traits = [type, required ? 'required' : 'optional', ...(secret ? ['secret'] : [])].join(', ');
  const lines = [
    description?.trim(),
    field.options === undefined ? undefined : `one of: ${optionsText(field)}`,
    limits.length === 0 ? undefined : `limits: ${limits.join('; ')}`,
    field.default === undefined ? undefined : `default: ${valueInWords(field.default)}`,
    placeholder === undefined ? undefined : `for example: ${placeholder}`,
    shownWhen === undefined ? undefined : `shown when ${shownWhen}`,
  ].filter((line) => line !== undefined);
  return [`${name}  [${path}]  ${traits}`, ...lines.map((line) => `  ${line}`)]
    .map((line) => `${indent}${visible(line)}`)
    .join('\n');
};

const optionsText = ({ options = [] }: PreviewField): string =>
  options.map(({ value, label }) => (label === String(value) ? label : `${String(value)} (${label})`)).join(', ');
