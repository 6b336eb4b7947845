import { parseInline, sliceText, type WikiText } from './inline.ts';
import { type AdfList, type AdfListItem, createParagraph } from './nodes.ts';

/** One line of a list: its markers (`*`, `#`, `-`, one a level) and what follows them. */
export interface ListLine {
  readonly markers: string;
  readonly content: WikiText;
}

const MARKERS = /^[ \t]*([*#]{1,20}|-)[ \t]+/;

export const readListLine = (line: WikiText): ListLine | undefined => {
  const found = MARKERS.exec(line.shape);
  return found === null ? undefined : { markers: found[1] ?? '', content: sliceText(line, found[0].length) };
};

const typeOf = (marker: string | undefined): AdfList['type'] => (marker === '#' ? 'orderedList' : 'bulletList');

/** Lists of consecutive list lines, nested by the number of their markers. */
export const createLists = (lines: readonly ListLine[], level = 1): AdfList[] => {
  const lists: { type: AdfList['type']; content: AdfListItem[] }[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] as ListLine;
    const type = typeOf(line.markers[level - 1] ?? line.markers.at(-1));
    let end = at + 1;
    while (end < lines.length && (lines[end] as ListLine).markers.length > level) end += 1;
    // A line deeper than its list has no entry of its own to hang under.
    const isOwn = line.markers.length <= level;
    const nested = createLists(lines.slice(isOwn ? at + 1 : at, end), level + 1);
    const item: AdfListItem = {
      type: 'listItem',
      content: [createParagraph(isOwn ? parseInline(line.content) : []), ...nested],
    };
    const last = lists.at(-1);
    if (last?.type === type) last.content.push(item);
    else lists.push({ type, content: [item] });
    at = end;
  }
  return lists;
};
