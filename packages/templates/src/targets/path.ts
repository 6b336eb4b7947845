import { type Encode, type TargetRules, uniform } from '../layout.ts';
import { Refusal } from '../refusal.ts';
import { scalarText, unwrap } from '../values.ts';

const segment =
  (forbidden: RegExp, message: string): Encode =>
  (value) => {
    const plain = unwrap(value);
    const text = plain === undefined ? '' : scalarText(plain);
    if (text === undefined) throw new Refusal('unrepresentable', 'a list or an object can’t be part of a path');
    if (text === '') throw new Refusal('unrepresentable', 'an empty value can’t be part of a path');
    if (forbidden.test(text) || !text.isWellFormed()) throw new Refusal('unrepresentable', message);
    return text;
  };

const NOT_IN_A_SEGMENT = /[/\\:\u0000-\u001f\u007f-\u009f]|\.\./;
const encodeSegment = segment(
  NOT_IN_A_SEGMENT,
  'a value is at most one path segment: no slash, backslash, colon, “..” or control character',
);

// Also the names by which Windows and macOS file systems know `.git`.
const RESERVED = /^(?:\.{1,2}|\.git[ .]*|git~1)$/i;

/** A file's path: a value is one segment or part of one, and no segment leads elsewhere. */
export const path: TargetRules = uniform(encodeSegment, (text) => {
  for (const part of text.split('/')) {
    if (RESERVED.test(part.replace(/[\u200c-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, ''))) {
      throw new Refusal('invalid-result', 'the rendered path has a segment ., .. or .git');
    }
    if (new TextEncoder().encode(part).length > 255) {
      throw new Refusal('invalid-result', 'the rendered path has a segment of more than 255 bytes');
    }
  }
});

const NOT_IN_A_REF = /[/\\\s~^:?*[{}\u0000-\u001f\u007f-\u009f]|\.\./;
const encodeRef = segment(
  NOT_IN_A_REF,
  'a value in a branch name has no slash, space, “..” or any of \\ ~ ^ : ? * [ { }',
);

const BAD_REF = /^[-/]|[/.]$|\/\/|(?:^|\/)\.|\.lock(?:\/|$)|^@$|\.\./;

/** The name of a git branch or tag, by the rules of git-check-ref-format. */
export const gitRef: TargetRules = uniform(encodeRef, (text) => {
  if (BAD_REF.test(text))
    throw new Refusal('invalid-result', 'the rendered text is not a name git takes for a branch or tag');
});
