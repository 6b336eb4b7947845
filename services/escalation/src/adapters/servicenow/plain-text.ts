import { plainTextOf } from '@pao/jira';
import { wikiToAdf } from '@pao/templates';

type Node = ReturnType<typeof wikiToAdf>['content'][number];

const fenced = (node: Node & { readonly attrs?: unknown }): string => {
  const { attrs } = node;
  const language = typeof attrs === 'object' && attrs !== null && 'language' in attrs ? String(attrs.language) : '';
  return `\`\`\`${language}\n${plainTextOf(node)}\n\`\`\``;
};

/** Cells and items as lines of their own: a record has no lists or tables. */
const linesOf = (node: unknown): string => {
  if (typeof node !== 'object' || node === null) return '';
  const { type, content } = node as { readonly type?: string; readonly content?: readonly unknown[] };
  const inner = content ?? [];
  switch (type) {
    case 'codeBlock':
      return fenced(node as Node);
    case 'tableRow':
      return inner.map((cell) => plainTextOf(cell).trim()).join(': ');
    case 'listItem':
      return `- ${inner.map((part) => plainTextOf(part).trim()).join('\n  ')}`;
    case 'table':
    case 'bulletList':
    case 'orderedList':
    case 'blockquote':
      return inner.map(linesOf).join('\n');
    default:
      return plainTextOf(node).trimEnd();
  }
};

/** Wiki markup as people read it where nothing is markup; code blocks stand between fences. */
export const plainFromWiki = (wiki: string): string =>
  wikiToAdf(wiki)
    .content.map((block) => linesOf(block))
    .join('\n\n')
    .trim();
