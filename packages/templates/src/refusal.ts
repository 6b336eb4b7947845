import { err, ok, type Result } from '@pao/kernel';

/** What a template error and a render error have in common. Offsets and lengths count UTF-16 code units of the template. */
export interface Fault<Code extends string> {
  readonly code: Code;
  readonly message: string;
  readonly offset: number;
  readonly length: number;
  readonly hint?: string;
}

export type TemplateErrorCode =
  | 'unclosed-tag'
  | 'empty-tag'
  | 'unclosed-section'
  | 'unopened-section'
  | 'mismatched-section'
  | 'partial-refused'
  | 'inheritance-refused'
  | 'delimiter-refused'
  | 'unescaped-refused'
  | 'bad-expression'
  | 'unknown-namespace'
  | 'forbidden-name'
  | 'no-item'
  | 'unknown-function'
  | 'bad-arguments'
  | 'template-in-key'
  | 'too-long'
  | 'too-deep'
  | 'too-many-tags'
  | 'misplaced-value'
  | 'unbalanced-section';

export type RenderErrorCode =
  | TemplateErrorCode
  | 'undeclared-path'
  | 'missing-output'
  | 'missing-value'
  | 'bad-value'
  | 'unrepresentable'
  | 'invalid-result'
  | 'too-slow';

/** Why a template can't be used at all; found without any value. */
export type TemplateError = Fault<TemplateErrorCode>;

/** Why a template could not be rendered with these values. Never quotes a value. */
export type RenderError = Fault<RenderErrorCode>;

/** Carries a fault to the edge of the package, where `attempt` turns it into a value; it never leaves the package. */
export class Refusal extends Error {
  readonly code: RenderErrorCode;
  readonly hint: string | undefined;
  offset: number;
  length: number;

  constructor(code: RenderErrorCode, message: string, place: { offset?: number; length?: number; hint?: string } = {}) {
    super(message);
    this.code = code;
    this.hint = place.hint;
    this.offset = place.offset ?? -1;
    this.length = place.length ?? 0;
  }

  /** Gives a refusal that knows no place yet this one. */
  at(place: { readonly offset: number; readonly length: number }): this {
    if (this.offset < 0) {
      this.offset = place.offset;
      this.length = place.length;
    }
    return this;
  }
}

/** Runs `work`; a refusal thrown inside becomes its fault, with `Code` as the caller's promise of which codes may occur. */
export const attempt = <T, Code extends RenderErrorCode>(work: () => T): Result<T, Fault<Code>> => {
  try {
    return ok(work());
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    const { message, hint, length } = thrown;
    const fault = { code: thrown.code as Code, message, offset: Math.max(0, thrown.offset), length };
    return err(hint === undefined ? fault : { ...fault, hint });
  }
};
