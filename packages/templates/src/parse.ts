import type { Result } from '@pao/kernel';
import { type ExpressionContext, parseExpression, parseSubject } from './expression/parse.ts';
import { type Limits, withDefaults } from './limits.ts';
import { attempt, Refusal, type TemplateError, type TemplateErrorCode } from './refusal.ts';
import { scanTags, type Tag } from './scan.ts';
import type { Expression, Namespace, Node, Reference, Template } from './syntax.ts';

interface OpenSection {
  readonly tag: Tag;
  readonly name: string;
  readonly subject: Expression;
  readonly body: Node[];
}

/** Parses a template. The result holds no values and may be kept and shared; the error is the first that was found. */
export const parseTemplate = (text: string, limits: Partial<Limits> = {}): Result<Template, TemplateError> =>
  attempt<Template, TemplateErrorCode>(() => parse(text, withDefaults(limits)));

/** Every reading of a namespace in the template, in the order it is written; what reads a section's item is not listed. */
export const references = (template: Template): readonly Reference[] => template.references;

const parse = (text: string, limits: Limits): Template => {
  if (text.length > limits.maxOutput) {
    throw new Refusal('too-long', `a template has at most ${limits.maxOutput} characters`, {
      offset: limits.maxOutput,
    });
  }
  const found: Reference[] = [];
  const nodes: Node[] = [];
  const open: OpenSection[] = [];
  const body = (): Node[] => open.at(-1)?.body ?? nodes;
  const context = (): ExpressionContext => ({
    maxDepth: limits.maxDepth,
    inSection: open.length > 0,
    asked: (namespace, path) => open.some((section) => asksFor(section, namespace, path)),
    onReference: (reference) => found.push(reference),
  });

  for (const piece of scanTags(text, limits.maxTags)) {
    if (piece.kind === 'text') body().push(piece);
    else if (piece.kind === 'value') body().push(valueNode(text, piece, context()));
    else if (piece.kind === 'close') closeSection(open, piece, nodes);
    else {
      if (open.length >= limits.maxDepth) {
        throw new Refusal('too-deep', `more than ${limits.maxDepth} sections deep`, piece);
      }
      const subject = parseSubject(text, piece.start, piece.end, context());
      open.push({ tag: piece, name: text.slice(piece.start, piece.end), subject, body: [] });
    }
  }
  const left = open.at(-1);
  if (left !== undefined) throw new Refusal('unclosed-section', `the section ${left.name} is never closed`, left.tag);
  return { text, nodes, references: found };
};

const valueNode = (text: string, tag: Tag, context: ExpressionContext): Node => ({
  kind: 'value',
  expression: parseExpression(text, tag.start, tag.end, context),
  offset: tag.offset,
  length: tag.length,
});

const closeSection = (open: OpenSection[], tag: Tag & { readonly name: string }, nodes: Node[]): void => {
  const section = open.pop();
  if (section === undefined) throw new Refusal('unopened-section', `no section ${tag.name} is open`, tag);
  if (section.name !== tag.name) {
    throw new Refusal('mismatched-section', `the section open here is ${section.name}, not ${tag.name}`, {
      ...tag,
      hint: `write {{/${section.name}}}`,
    });
  }
  (open.at(-1)?.body ?? nodes).push({
    kind: 'section',
    inverted: section.tag.kind === 'invert',
    subject: section.subject,
    body: section.body,
    offset: section.tag.offset,
    length: section.tag.length,
  });
};

const asksFor = (section: OpenSection, namespace: Namespace, path: readonly string[]): boolean => {
  if (section.tag.kind === 'invert' || section.subject.kind !== 'reference') return false;
  const asked = section.subject.reference;
  return asked.namespace === namespace && asked.path.join('.') === path.join('.');
};
