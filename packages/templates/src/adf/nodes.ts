/** The part of the Atlassian Document Format that descriptions are made of. */
export interface AdfDocument {
  readonly version: 1;
  readonly type: 'doc';
  readonly content: readonly AdfBlock[];
}

export type AdfMark =
  | { readonly type: 'strong' | 'em' }
  | { readonly type: 'link'; readonly attrs: { readonly href: string } };

export type AdfInline =
  | { readonly type: 'text'; readonly text: string; readonly marks?: readonly AdfMark[] }
  | { readonly type: 'hardBreak' };

export interface AdfParagraph {
  readonly type: 'paragraph';
  readonly content: readonly AdfInline[];
}

export interface AdfCodeBlock {
  readonly type: 'codeBlock';
  readonly attrs: { readonly language?: string };
  readonly content: readonly AdfInline[];
}

export interface AdfListItem {
  readonly type: 'listItem';
  readonly content: readonly (AdfParagraph | AdfList)[];
}

export interface AdfList {
  readonly type: 'bulletList' | 'orderedList';
  readonly content: readonly AdfListItem[];
}

export interface AdfTableRow {
  readonly type: 'tableRow';
  readonly content: readonly {
    readonly type: 'tableHeader' | 'tableCell';
    readonly content: readonly AdfParagraph[];
  }[];
}

export type AdfBlock =
  | AdfParagraph
  | AdfCodeBlock
  | AdfList
  | { readonly type: 'heading'; readonly attrs: { readonly level: number }; readonly content: readonly AdfInline[] }
  | { readonly type: 'blockquote'; readonly content: readonly AdfParagraph[] }
  | { readonly type: 'rule' }
  | { readonly type: 'table'; readonly content: readonly AdfTableRow[] };

export const createDocument = (content: readonly AdfBlock[]): AdfDocument => ({ version: 1, type: 'doc', content });

export const createParagraph = (content: readonly AdfInline[]): AdfParagraph => ({ type: 'paragraph', content });

export const createCodeBlock = (text: string, language?: string): AdfCodeBlock => ({
  type: 'codeBlock',
  attrs: language === undefined ? {} : { language },
  content: text === '' ? [] : [{ type: 'text', text }],
});

/** Text with its line breaks; a text node is never empty. */
export const createText = (text: string, marks: readonly AdfMark[] = []): AdfInline[] =>
  text.split('\n').flatMap((line, index): AdfInline[] => {
    const node: AdfInline[] = line === '' ? [] : [{ type: 'text', text: line, ...(marks.length > 0 && { marks }) }];
    return index === 0 ? node : [{ type: 'hardBreak' }, ...node];
  });
