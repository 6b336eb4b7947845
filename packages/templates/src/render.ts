import type { Json, Result } from '@pao/kernel';
import { compileExpression, type Evaluation } from './evaluate.ts';
import type { Laid } from './layout.ts';
import { type Limits, withDefaults } from './limits.ts';
import { attempt, Refusal, type RenderError, type RenderErrorCode, type TemplateError } from './refusal.ts';
import type { Scope } from './scope.ts';
import type { Place, Template } from './syntax.ts';
import { TARGETS, type Target } from './targets.ts';
import { isEmpty, unwrap } from './values.ts';

/** A rendered template. */
export interface Rendered {
  /** What is sent. */
  readonly text: string;
  /** What may be shown and kept: the same text with `••••` for everything a secret went into. */
  readonly masked: string;
  /** True when a secret went into the text. */
  readonly secret: boolean;
}

/** A rendering under way. */
interface Run extends Evaluation {
  out: string;
  /** Kept apart from `out` once a secret was written. */
  masked: string | undefined;
  tags: number;
  readonly startedAt: number;
}

type Step = (run: Run) => void;

/** A template made ready for one target. */
interface Plan {
  readonly steps: readonly Step[];
  readonly finish: ((text: string) => void) | undefined;
}

const plans = new WeakMap<Template, Map<Target, Plan>>();

const planFor = (template: Template, target: Target): Plan => {
  let byTarget = plans.get(template);
  if (byTarget === undefined) {
    byTarget = new Map();
    plans.set(template, byTarget);
  }
  let plan = byTarget.get(target);
  if (plan === undefined) {
    const rules = TARGETS[target];
    plan = { steps: compile(rules.layout(template.nodes)), finish: rules.finish };
    byTarget.set(target, plan);
  }
  return plan;
};

/**
 * Finds what no value can mend: a tag in a place where the target lets no value stand, a section across quotes. What passes here
 * and has its references declared can only fail for its values.
 */
export const checkTarget = (template: Template, target: Target): Result<true, TemplateError> =>
  attempt(() => {
    planFor(template, target);
    return true;
  });

/** Renders a template for a target. Strict: an unknown path, a missing output or a value that can't stand there is an error. */
export const renderTemplate = (
  template: Template,
  target: Target,
  scope: Scope,
  limits: Partial<Limits> = {},
): Result<Rendered, RenderError> =>
  attempt<Rendered, RenderErrorCode>(() => execute(planFor(template, target), scope, withDefaults(limits)));

/** Evaluates a template that is one tag and nothing else to the value itself; `null` when that is left empty. */
export const evaluateTemplate = (
  template: Template,
  scope: Scope,
  limits: Partial<Limits> = {},
): Result<{ readonly value: Json; readonly secret: boolean }, RenderError> =>
  attempt<{ value: Json; secret: boolean }, RenderErrorCode>(() => {
    const [node] = template.nodes;
    if (node?.kind !== 'value' || template.nodes.length > 1)
      throw new Refusal('bad-expression', 'not one tag by itself');
    const evaluation: Evaluation = { scope, limits: withDefaults(limits), item: undefined, secret: false };
    const value = unwrap(compileExpression(node.expression)(evaluation)) ?? null;
    return { value, secret: evaluation.secret };
  });

const execute = (plan: Plan, scope: Scope, limits: Limits): Rendered => {
  const run: Run = {
    scope,
    limits,
    item: undefined,
    secret: false,
    out: '',
    masked: undefined,
    tags: 0,
    startedAt: limits.elapsed(),
  };
  for (const step of plan.steps) step(run);
  plan.finish?.(run.out);
  return { text: run.out, masked: run.masked ?? run.out, secret: run.masked !== undefined };
};

const compile = (laid: readonly Laid[]): Step[] => laid.map(compileNode);

const compileNode = (node: Laid): Step => {
  switch (node.kind) {
    case 'text':
      return compileText(node.text);
    case 'value':
      return compileValue(node);
    case 'section':
      return compileSection(node);
    case 'whole':
      return compileWhole(node);
  }
};

const compileText =
  (text: string): Step =>
  (run) =>
    write(run, text);

const compileValue = ({ expression, place, encode, mask }: Laid & { kind: 'value' }): Step => {
  const evaluate = compileExpression(expression);
  return (run) => {
    countTag(run, place);
    run.secret = false;
    try {
      const text = encode(evaluate(run));
      write(run, text, run.secret ? mask : undefined);
    } catch (thrown) {
      throw thrown instanceof Refusal ? thrown.at(place) : thrown;
    }
  };
};

const compileSection = ({ section, body }: Laid & { kind: 'section' }): Step => {
  const evaluate = compileExpression(section.subject);
  const steps = compile(body);
  return (run) => {
    countTag(run, section);
    run.secret = false;
    const value = unwrap(evaluate(run));
    if (section.inverted) {
      if (!isTruthy(value)) for (const step of steps) step(run);
    } else if (isTruthy(value)) eachItem(run, value, steps);
  };
};

const eachItem = (run: Run, value: Json, steps: readonly Step[]): void => {
  const outer = run.item;
  const { secret } = run;
  for (const item of Array.isArray(value) ? value : [value]) {
    run.item = { value: item, secret };
    for (const step of steps) step(run);
  }
  run.item = outer;
};

/** As in Mustache: nothing, false, 0, an empty text and an empty list close a section. */
const isTruthy = (value: Json | undefined): value is Json =>
  !isEmpty(value) && value !== false && value !== 0 && value !== '' && !(Array.isArray(value) && value.length === 0);

const compileWhole = ({ body, place, encode }: Laid & { kind: 'whole' }): Step => {
  const steps = compile(body);
  return (run) => {
    const inner: Run = { ...run, out: '', masked: undefined };
    for (const step of steps) step(inner);
    run.tags = inner.tags;
    try {
      write(run, encode(inner.out), inner.masked === undefined ? undefined : encode(inner.masked));
    } catch (thrown) {
      throw thrown instanceof Refusal ? thrown.at(place) : thrown;
    }
  };
};

/** Adds to the text; `shown` is what the masked form has in its place, where the two differ. */
const write = (run: Run, text: string, shown?: string): void => {
  if (run.out.length + text.length > run.limits.maxOutput) {
    throw new Refusal('too-long', `renders to more than ${run.limits.maxOutput} characters`);
  }
  if (run.masked !== undefined) run.masked += shown ?? text;
  else if (shown !== undefined) run.masked = run.out + shown;
  run.out += text;
};

// Only sections run a tag often, so the clock is read once in a while.
const countTag = (run: Run, place: Place): void => {
  run.tags += 1;
  if (run.tags > run.limits.maxTags)
    throw new Refusal('too-many-tags', `runs more than ${run.limits.maxTags} tags`, place);
  if ((run.tags & 63) !== 0) return;
  if (run.limits.elapsed() - run.startedAt > run.limits.maxMillis) {
    throw new Refusal('too-slow', `takes longer than ${run.limits.maxMillis} ms`, place);
  }
};
