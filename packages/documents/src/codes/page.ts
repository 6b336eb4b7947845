import { CODE_AREAS } from '../codes.ts';
import { MAX_ALIASES, MAX_BYTES, MAX_DEPTH, MAX_PATTERN_LENGTH, MAX_TOKENS, MAX_VALUES } from '../limits.ts';
import type { CodeEntry, Frame } from './entry.ts';

const PLACES: { readonly [frame in Frame]: string } = {
  file: 'a file',
  metadata: 'in `metadata`',
  'whole-metadata': 'all of `metadata`',
  form: 'in `input.form`',
  fields: 'the fields of a group',
  actions: '`fulfillment.automatic.actions`',
  item: 'in an item',
  bundle: 'in a bundle',
};

/** The reference of all codes, as Markdown. */
export const codesPage = (): string => {
  const shown = new Map<string, string>();
  const areas = Object.entries(CODE_AREAS).map(([area, codes]) => areaText(area, codes, shown));
  return `${[HEAD, ...areas].join('\n\n')}\n`;
};

const HEAD = `# Validation codes

<!-- Generated from packages/documents/src/codes; change it there and run \`npm run generate -w @pao/documents\`. -->

A finding reads \`path:line:column: severity CODE message (hint)\`. An **error** keeps a document out of the catalog; its last
good version goes on serving. A **warning** does not. Codes are stable: none is ever renamed or given another meaning.

Limits of a file: ${MAX_BYTES / 1024} KiB, collections ${MAX_DEPTH} deep, ${MAX_ALIASES} aliases, ${MAX_TOKENS} YAML tokens, ${MAX_VALUES} values; a pattern has at most
${MAX_PATTERN_LENGTH} characters.`;

type Shown = Map<string, string>;

const areaText = (area: string, codes: { readonly [code: string]: CodeEntry }, shown: Shown): string =>
  [`## ${area}`, ...Object.entries(codes).map(([code, entry]) => codeText(code, entry, shown))].join('\n\n');

const codeText = (code: string, { severity, summary, frame, bad, good }: CodeEntry, shown: Shown): string => {
  const before = shown.get(good);
  shown.set(good, before ?? code);
  const better =
    before === undefined ? `Good:\n\n${fenced(good)}` : `Good: as under [${before}](#${before.toLowerCase()}).`;
  return `### ${code}\n\n**${severity}** · ${summary}\n\nBad, ${PLACES[frame]}:\n\n${fenced(bad)}\n\n${better}`;
};

const MAX_LINE = 120;
const MAX_LINES = 30;

/** Long lines are cut, and what cannot be seen is spelled out. */
const fenced = (snippet: string): string => {
  const lines = snippet.trimEnd().split('\n').map(visible);
  return ['```yaml', ...lines.slice(0, MAX_LINES), ...(lines.length > MAX_LINES ? ['# …'] : []), '```'].join('\n');
};

const visible = (line: string): string => {
  const spelled = line.replaceAll(/[\u0000-\u001f\ufeff]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    return `<U+${code}>`;
  });
  return spelled.length > MAX_LINE * 2 ? `${spelled.slice(0, MAX_LINE)}…` : spelled;
};
