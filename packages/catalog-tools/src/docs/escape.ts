import { visible } from '../report/visible.ts';

const oneLine = (text: string): string => visible(text.replaceAll(/\s+/g, ' ').trim());

const entity = (text: string): string => `&#${text.charCodeAt(0)};${text.slice(1)}`;

/** What begins something in Markdown wherever it stands, an address that is made a link by itself included. */
const MARKUP = /[\\`*_[\]<>&|{}~$#@]|:\/\/|www\./gi;

// Both are known to the program that splits a table into cells, to HTML, or to the template engines of site generators:
// a backslash before them is not enough.
const NEEDS_ENTITY = /^[\\<>&|{}]/;

/**
 * Text of a document as one line of Markdown in which nothing is markup, in a table as well. An e-mail address may still
 * become a link to itself: that is done by GitHub after all escapes are resolved.
 */
export const plain = (text: string): string =>
  oneLine(text)
    .replaceAll(MARKUP, (found) => {
      if (NEEDS_ENTITY.test(found)) return entity(found);
      return found.length > 1 ? found.replace(/[/.]/, String.raw`\$&`) : `\\${found}`;
    })
    .replace(/^(\d*)([-+=.):])/, String.raw`$1\$2`);

/** Text as code, whatever it holds. */
export const code = (text: string): string => {
  const line = oneLine(text);
  // In backticks nothing can be escaped, so that what a table or a template engine would take needs another form.
  const quoted = line !== '' && !/[`|\\{}<&]/.test(line);
  return quoted ? `\`${line}\`` : `<code>${line.replaceAll(MARKUP, entity)}</code>`;
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
