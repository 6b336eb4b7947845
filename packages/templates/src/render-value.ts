import { err, type Json, ok, type Result } from '@pao/kernel';
import { MASK } from './layout.ts';
import type { Limits } from './limits.ts';
import { parseTemplate } from './parse.ts';
import type { RenderError, TemplateError } from './refusal.ts';
import { checkTarget, evaluateTemplate, renderTemplate } from './render.ts';
import type { Scope } from './scope.ts';
import type { Reference, Template } from './syntax.ts';
import type { Target } from './targets.ts';

/** Which target the string at this place (a JSON pointer) of a config tree is for. Asked only for strings with tags. */
export type TargetAt = (pointer: string) => Target;

/** A fault and the JSON pointer of the string it is in. */
export type Located<Fault> = Fault & { readonly pointer: string };

/** A template and where in the config it stands. */
export interface PlacedTemplate {
  readonly pointer: string;
  readonly target: Target;
  readonly template: Template;
}

type Part =
  | { readonly kind: 'constant'; readonly value: Json }
  | ({ readonly kind: 'template' } & PlacedTemplate)
  | { readonly kind: 'list'; readonly parts: readonly Part[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Part])[] };

/** A config tree with every string parsed; holds no values, so it may be kept as long as the document it is of. */
export interface CompiledConfig {
  readonly root: Part;
  readonly templates: readonly PlacedTemplate[];
  readonly references: readonly Located<Reference>[];
}

export interface RenderedValue {
  /** What is sent. */
  readonly value: Json;
  /** What may be shown and kept. */
  readonly masked: Json;
  /** True when a secret went into the value. */
  readonly secret: boolean;
}

/** Parses every string of a config tree, or lists every one that can't be used. Keys are not templates. */
export const compileConfig = (
  config: Json,
  targets: TargetAt,
  limits: Partial<Limits> = {},
): Result<CompiledConfig, readonly Located<TemplateError>[]> => {
  const templates: PlacedTemplate[] = [];
  const errors: Located<TemplateError>[] = [];

  const compileText = (text: string, pointer: string): Part => {
    if (!text.includes('{{')) return { kind: 'constant', value: text };
    const target = targets(pointer);
    const parsed = parseTemplate(text, limits);
    const checked = parsed.ok ? checkTarget(parsed.value, target) : parsed;
    if (!parsed.ok || !checked.ok) {
      if (!checked.ok) errors.push({ ...checked.error, pointer });
      return { kind: 'constant', value: text };
    }
    const placed: PlacedTemplate = { pointer, target, template: parsed.value };
    templates.push(placed);
    return { kind: 'template', ...placed };
  };

  const compileEntry = (key: string, value: Json, pointer: string): readonly [string, Part] => {
    if (key.includes('{{')) {
      const message = 'a key can’t hold a tag';
      errors.push({ code: 'template-in-key', message, offset: key.indexOf('{{'), length: 2, pointer });
    }
    return [key, compile(value, pointer)];
  };

  const compile = (value: Json, pointer: string): Part => {
    if (typeof value === 'string') return compileText(value, pointer);
    if (typeof value !== 'object' || value === null) return { kind: 'constant', value };
    if (Array.isArray(value)) {
      const parts = value.map((entry: Json, index) => compile(entry, `${pointer}/${index}`));
      return parts.every(isConstant) ? { kind: 'constant', value } : { kind: 'list', parts };
    }
    const entries = Object.entries(value).map(([key, entry]) =>
      compileEntry(key, entry, `${pointer}/${escapeKey(key)}`),
    );
    return entries.every(([, part]) => isConstant(part)) ? { kind: 'constant', value } : { kind: 'object', entries };
  };

  const root = compile(config, '');
  if (errors.length > 0) return err(errors);
  const references = templates.flatMap(({ template, pointer }) =>
    template.references.map((reference) => ({ ...reference, pointer })),
  );
  return ok({ root, templates, references });
};

const isConstant = (part: Part): boolean => part.kind === 'constant';

const escapeKey = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** Renders a compiled config: all of it, or every error there is. */
export const renderConfig = (
  { root }: CompiledConfig,
  scope: Scope,
  limits: Partial<Limits> = {},
): Result<RenderedValue, readonly Located<RenderError>[]> => {
  const errors: Located<RenderError>[] = [];

  const renderText = ({ template, target, pointer }: PlacedTemplate): RenderedValue => {
    const rendered = target === 'value' && isLone(template) ? evaluate(template) : write(template, target);
    if (rendered.ok) return rendered.value;
    errors.push({ ...rendered.error, pointer });
    return NOTHING;
  };

  const evaluate = (template: Template): Result<RenderedValue, RenderError> => {
    const evaluated = evaluateTemplate(template, scope, limits);
    if (!evaluated.ok) return evaluated;
    const { value, secret } = evaluated.value;
    return ok({ value, masked: secret ? MASK : value, secret });
  };

  const write = (template: Template, target: Target): Result<RenderedValue, RenderError> => {
    const rendered = renderTemplate(template, target, scope, limits);
    if (!rendered.ok) return rendered;
    const { text, masked, secret } = rendered.value;
    return ok({ value: text, masked, secret });
  };

  const render = (part: Part): RenderedValue => {
    switch (part.kind) {
      case 'constant':
        return { value: part.value, masked: part.value, secret: false };
      case 'template':
        return renderText(part);
      case 'list': {
        const parts = part.parts.map(render);
        const value = parts.map((entry) => entry.value);
        const secret = parts.some((entry) => entry.secret);
        return { value, masked: secret ? parts.map((entry) => entry.masked) : value, secret };
      }
      case 'object': {
        const entries = part.entries.map(([key, entry]) => [key, render(entry)] as const);
        const value = Object.fromEntries(entries.map(([key, entry]) => [key, entry.value]));
        const secret = entries.some(([, entry]) => entry.secret);
        return {
          value,
          masked: secret ? Object.fromEntries(entries.map(([key, entry]) => [key, entry.masked])) : value,
          secret,
        };
      }
    }
  };

  const rendered = render(root);
  return errors.length > 0 ? err(errors) : ok(rendered);
};

const NOTHING: RenderedValue = { value: null, masked: null, secret: false };

const isLone = (template: Template): boolean => template.nodes.length === 1 && template.nodes[0]?.kind === 'value';

/** Compiles and renders in one go; keep the result of `compileConfig` instead where the same config is rendered again. */
export const renderValue = (
  config: Json,
  targets: TargetAt,
  scope: Scope,
): Result<RenderedValue, readonly Located<RenderError>[]> => {
  const compiled = compileConfig(config, targets);
  return compiled.ok ? renderConfig(compiled.value, scope) : compiled;
};
