import { type CST, Lexer, type LineCounter, Parser } from 'yaml';
import type { Code } from '../codes.ts';
import { MAX_ALIASES, MAX_DEPTH, MAX_TOKENS } from '../limits.ts';
import { problem, shorten, YamlProblemError } from './problem.ts';

// The parser's stack holds the document itself and the scalar under construction beside the open collections.
const STACK_BESIDE_COLLECTIONS = 2;

/**
 * The syntax tokens of a text, with depth, number of tokens, anchors and aliases bounded while they are read: the
 * composer that comes next is recursive, and slow on hostile input.
 */
export const scan = (text: string, lines: LineCounter): CST.Token[] => {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  const check = lexemeCheck();
  const taken = tokenCheck();
  const take = (token: CST.Token): void => {
    taken(token);
    tokens.push(token);
  };
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    const start = parser.offset;
    check(lexeme, start);
    for (const token of parser.next(lexeme)) take(token);
    if (parser.stack.length > MAX_DEPTH + STACK_BESIDE_COLLECTIONS) {
      stop('FILE_TOO_DEEP', start, `Collections are nested more than ${MAX_DEPTH} deep.`);
    }
  }
  for (const token of parser.end()) take(token);
  return tokens;
};

const KNOWN_TAGS = new Set(['!', '!!str', '!!int', '!!float', '!!bool', '!!null', '!!map', '!!seq']);
// The lexer marks the start of a scalar with this, so that `*` and `!` within one are not taken for syntax.
const SCALAR_FOLLOWS = '\x1f';

const lexemeCheck = () => {
  let lexemes = 0;
  let aliases = 0;
  let anchors = 0;
  let inScalar = false;
  return (lexeme: string, start: number): void => {
    lexemes += 1;
    if (lexemes > MAX_TOKENS) stop('FILE_TOO_COMPLEX', start, `The file has more than ${MAX_TOKENS} YAML tokens.`);
    const first = inScalar ? '' : lexeme[0];
    inScalar = lexeme === SCALAR_FOLLOWS;
    if (first === '*' && ++aliases > MAX_ALIASES) {
      stop('YAML_TOO_MANY_ALIASES', start, `The file has more than ${MAX_ALIASES} aliases.`);
    }
    if (first === '&' && ++anchors > MAX_ALIASES) {
      stop('YAML_TOO_MANY_ALIASES', start, `The file has more than ${MAX_ALIASES} anchors.`);
    }
    if (first === '!' && !KNOWN_TAGS.has(lexeme)) {
      stop('YAML_TAG', start, `The tag \`${shorten(lexeme)}\` is not understood; values have the types of JSON.`);
    }
  };
};

const tokenCheck = () => {
  let documents = 0;
  return (token: CST.Token): void => {
    if (token.type === 'error') stop('YAML_SYNTAX', token.offset, shorten(token.message));
    if (token.type === 'directive' && !/^%YAML\s+1\.2\s*$/.test(token.source)) {
      stop('YAML_DIRECTIVE', token.offset, 'Only the directive `%YAML 1.2` is understood.');
    }
    if (token.type === 'document' && ++documents > 1) {
      stop('YAML_SEVERAL_DOCUMENTS', token.offset, 'A file holds one document; a second one starts here.');
    }
  };
};

const stop = (code: Code, start: number, message: string): never => {
  throw new YamlProblemError(problem(code, start, message));
};
