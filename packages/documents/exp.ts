import { formatFinding, parseDocument } from './src/index.ts';

const K = 262000;
const cases: Record<string, string> = {
  flow: '['.repeat(20000),
  dash: '- '.repeat(20000),
  q: '? '.repeat(20000),
  commas: '[' + 'a,'.repeat(K / 2 - 2) + ']',
  commas14k: 'a: [' + 'a,'.repeat(14000) + ']',
  newlines: '\n'.repeat(K),
  newlines29k: '\n'.repeat(29000),
  comments: '#\n'.repeat(K / 2),
  seq: '- a\n'.repeat(K / 4),
  seq5: '- a\n'.repeat(5900),
  map: Array.from({ length: 5000 }, (_, i) => 'k' + i + ': 1').join('\n'),
  long: 'a: "' + 'x'.repeat(K - 10) + '"',
  docs: '---\na\n'.repeat(K / 6),
  alias: 'a: &a 1\nb: [' + '*a,'.repeat(80000) + ']',
  bad: 'a: ]'.repeat(K / 4),
  colon: ': '.repeat(K / 2),
  tabs: '\t'.repeat(K),
  tab: 'kind: CatalogItem\na:\n\tb: 1\n',
  esc: 'a: "' + '\\x41'.repeat(K / 4 - 4) + '"',
  spaces: ' '.repeat(K),
  quote: '"\n'.repeat(K / 2),
  quote14: '"\n'.repeat(14000),
  anchors: '&a '.repeat(K / 3),
  anchors14: '&a '.repeat(14000),
  tag: '!a '.repeat(14000),
  tag1: 'kind: !foo x',
  pipe: 'a: |\n' + '  x\n'.repeat(K / 4),
  fold: 'a: >\n' + '  x\n\n'.repeat(K / 6),
  plain: 'a:\n' + '  x\n'.repeat(K / 4 - 3),
  braces: '{}'.repeat(14000),
  percent: '%a\n'.repeat(K / 3),
  bomb:
    'a: &a [x,x,x,x,x,x,x,x,x]\n' +
    'bcdefghi'
      .split('')
      .map(
        (c, i) =>
          `${c}: &${c} [${Array(9)
            .fill('*' + 'abcdefghi'[i])
            .join(',')}]`,
      )
      .join('\n'),
  bigalias: 'a: &a [' + 'x,'.repeat(8000) + ']\nb: [' + '*a,'.repeat(99) + ']',
  self: 'a: &a [*a]',
  proto: 'kind: CatalogItem\n__proto__: {a: 1}',
  dup: 'a: 1\na: 2',
  merge: 'a: &a {b: 1}\nc: {<<: *a}',
  num: 'a: 9007199254740993',
  oct: 'a: 012',
  nan: 'a: .nan',
  key: '1: x',
  bom: '\ufeffkind: x',
  nul: 'a: \0',
  sur: 'a: "\ud800"',
  empty: '',
  empty2: '# c\n',
  empty3: '---\n',
  nul2: 'null',
  y11: '%YAML 1.1\n---\na: yes',
  big: 'x'.repeat(300 * 1024),
  multi: 'a: 1\n---\nb: 2',
  bin: 'a: !!binary aGk=',
  undefAlias: 'a: *x',
  crlf: 'kind: CatalogItem\r\nmetadata: 1\r\n',
  dots: 'a: 1\n...\nb: 2',
  seqroot: '- kind: CatalogItem',
  str: 'CatalogItem',
  manyFields: 'kind: CatalogItem\n' + Array.from({ length: 5000 }, (_, i) => 'k' + i + ': 1').join('\n'),
  block: Array.from({ length: 700 }, (_, i) => ' '.repeat(i) + 'a:').join('\n'),
  longkey: 'k'.repeat(200000) + ': 1',
  qkey: '"' + 'a'.repeat(2000) + '": 1',
  at: 'a: @x',
  pct: 'a: "\\q"',
  emptykey: ': a',
  nullk: '? \n: a',
  compl: '? {a: 1}\n: b',
  html: '<html><body>no</body></html>',
  json: '{"kind":"CatalogItem"}',
  tern: 'a: b: c',
  unclosed: 'kind: "CatalogItem',
  fl: 'a: {b: 1, b: 2}',
  set: 'a: !!set {x}',
  str2: 'a: !!str 5\nkind: CatalogItem',
  hugenum: 'a: 1e400',
  neg0: 'a: -012',
  flt: 'a: 00.5',
  fold2: 'a: "' + 'x\\\n'.repeat(40000) + '"',
  anch: 'a: &x\nb: *x',
  anchdup: 'a: &x 1\nb: &x 2\nc: *x',
  cmt: 'a: 1' + '#'.repeat(100000),
  spacey: 'a: ' + ' '.repeat(200000) + 'b',
  longline: 'a: ' + 'b '.repeat(120000),
  sq: "a: '" + "''".repeat(120000) + "'",
  indentBlock: 'a: |\n' + Array.from({ length: 500 }, (_, i) => ' '.repeat(i + 1) + 'x').join('\n'),
  quest: '[?'.repeat(20),
  flowmap: '{a: '.repeat(200),
  mixedTabs: 'a: |\n  x\n\ty\n',
  colonnl: 'a:\n'.repeat(9000),
  kq: '? a\n'.repeat(7000),
  dashnl: '-\n'.repeat(9000),
  dashcol: '- a:\n'.repeat(6000),
  emptymaps: '- {}\n'.repeat(4000),
};
let worst = 0;
for (const [n, t] of Object.entries(cases)) {
  const m0 = process.memoryUsage().heapUsed;
  const t0 = performance.now();
  const r = parseDocument(t, { path: n });
  const ms = performance.now() - t0;
  console.log(
    ms.toFixed(1).padStart(7),
    String(r.findings.length).padStart(5),
    formatFinding(r.findings[0]!).slice(0, 170),
  );
}
