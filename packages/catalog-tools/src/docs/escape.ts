import { visible } from '../report/visible.ts';

const oneLine = (text: string): string => visible(text.replaceAll(/\s+/g, ' ').trim());

const entity = (character: string): string => `&#${character.charCodeAt(0)};`;

/**
 * Text of a document as one line of Markdown in which nothing is markup, in a table as well. Braces are hidden from the
 * template engines of site generators, addresses from those that make links of them.
 */
export const plain = (text: string): string =>
  oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\|{}]/g, entity)
    .replaceAll(/[`*_[\]~$#>@]/g, '\\$&')
    .replaceAll('://', ':\\//')
    .replaceAll(/\bwww\./gi, (found) => found.replace('.', '\\.'))
    .replace(/^(\d*)([-+=.):])/, '$1\\$2');

/** Text as code, whatever it holds. */
export const code = (text: string): string => {
  const line = oneLine(text);
  // In backticks nothing can be escaped, so that what a table or a template engine would take needs another form.
  if (line === '' || /[`|\\{}]/.test(line)) return `<code>${line.replaceAll(/[!-/:-@[-`{-~]/g, entity)}</code>`;
  return `\`${line}\``;
};

/** A fenced block that its content can't close. */
export const block = (language: string, content: string): string => {
  const shown = content.split('\n').map(visible).join('\n');
  const longest = Math.max(2, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${shown}\n${fence}`;
};

/** Cells are Markdown already. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
