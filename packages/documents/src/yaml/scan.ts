import { type CST, Lexer, type LineCounter, Parser } from 'yaml';
import { MAX_ALIASES, MAX_DEPTH, MAX_TOKENS } from '../limits.ts';
import { problem, YamlProblemError } from './problem.ts';

// The parser's stack holds the document itself and the scalar under construction beside the open collections.
const STACK_BESIDE_COLLECTIONS = 2;

/**
 * The syntax tokens of a text, with depth, number of tokens and number of aliases bounded while they are read: the
 * composer that comes next is recursive, and slow on hostile input.
 */
export const scan = (text: string, lines: LineCounter): CST.Token[] => {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  let aliases = 0;
  let documents = 0;
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    const start = parser.offset;
    lexemes += 1;
    if (lexemes > MAX_TOKENS) stop('FILE_TOO_COMPLEX', start, `The file has more than ${MAX_TOKENS} YAML tokens.`);
    if (lexeme.startsWith('*') && ++aliases > MAX_ALIASES) {
      stop('YAML_TOO_MANY_ALIASES', start, `The file has more than ${MAX_ALIASES} aliases.`);
    }
    for (const token of parser.next(lexeme)) take(token);
    if (parser.stack.length > MAX_DEPTH + STACK_BESIDE_COLLECTIONS) {
      stop('FILE_TOO_DEEP', start, `Collections are nested more than ${MAX_DEPTH} deep.`);
    }
  }
  for (const token of parser.end()) take(token);
  return tokens;

  function take(token: CST.Token): void {
    tokens.push(token);
    if (token.type === 'error') stop('YAML_SYNTAX', token.offset, token.message);
    if (token.type === 'directive' && !/^%YAML\s+1\.2\s*$/.test(token.source)) {
      stop('YAML_DIRECTIVE', token.offset, 'Only the directive `%YAML 1.2` is understood.');
    }
    if (token.type === 'document' && ++documents > 1) {
      stop('YAML_SEVERAL_DOCUMENTS', token.offset, 'A file holds one document; a second one starts here.');
    }
  }
};

const stop = (code: Parameters<typeof problem>[0], start: number, message: string): never => {
  throw new YamlProblemError(problem(code, start, message));
};
